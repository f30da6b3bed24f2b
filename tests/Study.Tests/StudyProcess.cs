using System.Diagnostics;
using System.Globalization;
using System.Text;
using Seven.Tests;

namespace Study.Tests;

/// <summary>The study's program as a process: a machine of a sweep.</summary>
internal sealed class StudyProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _text = new();

    private StudyProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>All that it has printed.</summary>
    public string Text
    {
        get
        {
            lock (_text)
                return _text.ToString();
        }
    }

    public static StudyProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Study.exe" : "Study"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = TestFolders.Temporary() };
        return new StudyProcess(Process.Start(start)!);
    }

    /// <summary>Runs to the end, at most two minutes.</summary>
    public static (int Code, string Text) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        return (process.Wait(), process.Text);
    }

    /// <summary>Waits for the end, at most two minutes.</summary>
    public int Wait()
    {
        if (!_process.WaitForExit(120_000))
            _process.Kill();
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Sends a signal: STOP for a machine that falls asleep, CONT for its return.</summary>
    public void Signal(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null)
            lock (_text)
                _text.AppendLine(line);
    }
}
