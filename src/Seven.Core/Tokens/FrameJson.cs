namespace Seven.Tokens;

/// <summary>The marks around texts as <c>tokenizer.json</c> describes them.</summary>
internal static class FrameJson
{
    private const string Expected = "a post_processor of type TemplateProcessing, BertProcessing or RobertaProcessing";

    /// <summary>Reads the part <c>post_processor</c>.</summary>
    /// <exception cref="InvalidDataException">It is missing or of another kind.</exception>
    public static TokenFrame Read(TokenizerJson json)
    {
        var steps = json.Optional("post_processor").Steps("processors").Where(step => step.Type != "ByteLevel").ToList();
        return steps.Count == 1 ? Of(steps[0]) : throw json.Optional("post_processor").Unknown(Expected);
    }

    private static TokenFrame Of(TokenizerJson step) => step.Type switch
    {
        "BertProcessing" => TokenFrame.Bert(NumberOf(step.Required("cls")), NumberOf(step.Required("sep"))),
        "RobertaProcessing" => TokenFrame.Roberta(NumberOf(step.Required("cls")), NumberOf(step.Required("sep"))),
        "TemplateProcessing" => new TokenFrame(Template(step, "single", texts: 1), Template(step, "pair", texts: 2)),
        _ => throw step.Unknown(Expected),
    };

    /// <summary>A mark is written as <c>["[CLS]", 101]</c>.</summary>
    private static int NumberOf(TokenizerJson mark) => mark.Items() is [_, var number] ? number.Number() : throw mark.Unknown("a token and its number");

    private static FramePart[] Template(TokenizerJson step, string key, int texts)
    {
        FramePart[] parts = [.. step.Required(key).Items().SelectMany(part => PartsOf(part, step))];
        int[] found = [.. parts.Where(part => !part.IsMark).Select(part => part.TextNumber)];
        return found.SequenceEqual(Enumerable.Range(0, texts)) ? parts : throw step.Required(key).Unknown(texts == 1 ? "the sequence A once" : "the sequences A and B, once each and in this order");
    }

    private static IEnumerable<FramePart> PartsOf(TokenizerJson part, TokenizerJson step)
    {
        if (part.Optional("Sequence") is { Exists: true } sequence)
            return [FramePart.Text(sequence.Text("id") == "A" ? 0 : 1, sequence.Optional("type_id").Number())];
        var mark = part.Required("SpecialToken");
        var numbers = step.Required("special_tokens").Required(mark.Text("id") ?? "").Required("ids").Items();
        return numbers.Select(number => FramePart.Mark(number.Number(), mark.Optional("type_id").Number()));
    }
}
