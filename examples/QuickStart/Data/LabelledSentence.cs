namespace QuickStart.Data;

/// <summary>A sentence and the name of its class.</summary>
internal readonly record struct LabelledSentence(string Text, string Label);
