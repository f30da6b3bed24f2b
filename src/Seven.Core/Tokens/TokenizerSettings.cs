using Seven.Formats.HuggingFace;

namespace Seven.Tokens;

/// <summary><c>tokenizer_config.json</c>, which not every folder has.</summary>
internal static class TokenizerSettings
{
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static bool Flag(string folder, string key, bool missing)
    {
        string path = Path.Combine(folder, TokenizerFiles.Settings);
        return File.Exists(path) ? HuggingFaceFolder.ReadJson(path, json => json.Flag(key, missing)) : missing;
    }
}
