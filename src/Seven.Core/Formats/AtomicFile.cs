using System.Text.Json;

namespace Seven.Formats;

/// <summary>Writes a file so that a reader finds the old one or the whole new one, whatever happens in between.</summary>
internal static class AtomicFile
{
    /// <summary>Writes to a temporary name in the same folder, flushes to the disk, then renames over the old file.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written; the old file, if any, is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string fullPath = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(fullPath)!);
        string temporary = $"{fullPath}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, fullPath, overwrite: true);
        }
        catch (Exception exception)
        {
            File.Delete(temporary);
            if (exception is IOException)
                throw new IOException($"{path} was not saved: {exception.Message} An older file of that name, if any, is unchanged.", exception);
            throw;
        }
    }

    /// <summary>Writes a JSON file, with a line for each value.</summary>
    /// <inheritdoc cref="Write" path="/exception"/>
    public static void WriteJson(string path, Action<Utf8JsonWriter> write) => Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        write(json);
    });
}
