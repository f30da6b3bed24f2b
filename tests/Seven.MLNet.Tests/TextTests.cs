using Seven.Encoders;
using Seven.Encoders.Architectures;
using Seven.MLNet.Encoders.Questions;
using Seven.MLNet.Encoders.Text;
using Seven.Tests;
using Seven.Tokens;

namespace Seven.MLNet.Tests;

/// <summary>Words, pieces of words, vocabularies and windows.</summary>
[TestClass]
public sealed class TextTests
{
    private static WordPieceTokenizer Bert => new(Vocabulary.FromLines(Path.Combine(TestFolders.Data("bert-vocab"), "vocab.txt"), lowerCase: true));

    /// <summary>Numbers that Hugging Face's BertTokenizer gives for bert-base-uncased.</summary>
    [TestMethod]
    [DataRow("hello world", new[] { 7592, 2088 })]
    [DataRow("unaffable", new[] { 14477, 20961, 3468 })]
    [DataRow("Hello, World!", new[] { 7592, 1010, 2088, 999 })]
    [DataRow("the embeddings", new[] { 1996, 7861, 8270, 4667, 2015 })]
    public void Bert_base_uncased_has_its_known_numbers(string text, int[] expected) => CollectionAssert.AreEqual(expected, Bert.Encode(text).ToArray());

    [TestMethod]
    public void Texts_are_joined_with_marks_and_the_longer_one_is_cut_first()
    {
        var pieces = Bert;
        CollectionAssert.AreEqual(new[] { 101, 5, 6, 102 }, pieces.Join([5, 6], 10).Tokens.ToArray());
        CollectionAssert.AreEqual(new[] { 101, 5, 6, 102 }, pieces.Join([5, 6, 7, 8], 4).Tokens.ToArray());
        CollectionAssert.AreEqual(new[] { 101, 102 }, pieces.Join([], 4).Tokens.ToArray());
        var pair = pieces.Join([5, 6], [7], 10);
        CollectionAssert.AreEqual(new[] { 101, 5, 6, 102, 7, 102 }, pair.Tokens.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 0, 0, 0, 1, 1 }, pair.Segments!.ToArray());
        for (int first = 0; first < 12; first++)
        {
            for (int second = 0; second < 12; second++)
            {
                var joined = pieces.Join(Enumerable.Repeat(7, first).ToList(), Enumerable.Repeat(8, second).ToList(), 11);
                int left = joined.Tokens.Count(token => token == 7), right = joined.Tokens.Count(token => token == 8);
                Assert.AreEqual(Math.Min(8, first + second), left + right);
                Assert.IsTrue(left == first || left >= right, $"{first} and {second} became {left} and {right}");
                Assert.IsTrue(right == second || right >= left - 1, $"{first} and {second} became {left} and {right}");
            }
        }
    }

    [TestMethod]
    public void A_learned_vocabulary_knows_frequent_words_whole_and_writes_the_others_in_pieces()
    {
        var learner = new VocabularyLearner(lowerCase: true);
        for (int i = 0; i < 50; i++)
            learner.Add("The cat sleeps, the dog barks");
        learner.Add("Zebra quiz");
        var vocabulary = learner.Learn(size: 70);
        Assert.HasCount(5, vocabulary.Tokens.Take(5).Intersect(Vocabulary.Special));
        foreach (string word in new[] { "the", "cat", "sleeps", "dog", "barks", "," })
            Assert.Contains(word, vocabulary.Tokens);
        Assert.DoesNotContain("zebra", vocabulary.Tokens);
        Assert.HasCount(vocabulary.Tokens.Length, vocabulary.Tokens.Distinct());

        var pieces = new WordPieceTokenizer(vocabulary);
        Assert.HasCount(6, pieces.Encode("THE cat sleeps, the dog"));
        int unknown = vocabulary.Tokens.ToList().IndexOf(Vocabulary.Unknown);
        var zebra = pieces.Encode("zebra");
        Assert.IsGreaterThan(1, zebra.Count);
        Assert.DoesNotContain(unknown, zebra);
        Assert.Contains(unknown, pieces.Encode("Ω"));
    }

    [TestMethod]
    public void A_vocabulary_is_read_from_each_kind_of_file_alike()
    {
        string folder = Directory.CreateTempSubdirectory("seven-vocabulary-").FullName;
        string[] tokens = [.. Vocabulary.Special, "a", "##b"];
        new Vocabulary([.. tokens], LowerCase: false, StripAccents: false, SplitChinese: false).Save(folder);
        var read = Read(folder);
        CollectionAssert.AreEqual(tokens, read.Tokens.ToArray());
        Assert.IsFalse(read.LowerCase || read.StripAccents || read.SplitChinese);

        File.Delete(Path.Combine(folder, "vocab.txt"));
        File.Delete(Path.Combine(folder, "tokenizer_config.json"));
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), $$"""
            { "normalizer": { "lowercase": false, "strip_accents": null, "handle_chinese_chars": true },
              "model": { "type": "WordPiece", "vocab": { {{string.Join(", ", tokens.Select((token, i) => $"\"{token}\": {i}"))}} } } }
            """);
        read = Read(folder);
        CollectionAssert.AreEqual(tokens, read.Tokens.ToArray());
        Assert.IsTrue(!read.LowerCase && !read.StripAccents && read.SplitChinese);
        foreach (var (json, expected) in new[]
        {
            ("{ \"model\": { \"type\": \"WordLevel\", \"vocab\": {} } }", "expected WordPiece"), ("{", "is not a tokenizer"), ("{}", "no model"), ("[1]", "no model"),
            ("{ \"model\": { \"type\": \"WordPiece\", \"vocab\": { \"a\": 1 } } }", "gaps"), ("{ \"model\": { \"type\": \"WordPiece\", \"vocab\": { \"a\": \"x\" } } }", "is not a tokenizer"),
        })
        {
            File.WriteAllText(Path.Combine(folder, "tokenizer.json"), json);
            Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(() => Read(folder)).Message, json);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static Vocabulary Read(string folder) => ((WordPieceTokenizer)TokenizerFolder.Read(folder, new TextConfiguration())).Vocabulary;

    [TestMethod]
    public void Windows_overlap_and_every_short_answer_stands_whole_in_one()
    {
        var options = new BertQuestionAnsweringOptions { MaximumTokens = 40, WindowOverlap = 12, MaximumQuestionTokens = 6 };
        var source = new QuestionSource(Bert, options, 40);
        string context = string.Join(' ', Enumerable.Range(0, 30).Select(i => $"Sentence {i} tells of naïve zebras.")) + " The end — 日本 — is near.";
        var question = source.Windows(context, "How many zebras are told of in this very long text?".AsMemory());
        Assert.IsGreaterThan(5, question.Windows.Count);
        foreach (var window in question.Windows)
        {
            Assert.IsLessThanOrEqualTo(40, window.Text.Tokens.Count);
            Assert.AreEqual(window.Text.Tokens.Count, window.FirstPlace + window.Places.Count + 1);
            Assert.AreEqual(102, window.Text.Tokens[^1]);
        }

        foreach (string answer in new[] { "Sentence 0", "zebras. Sentence 17 tells", "naïve", "日本", "is near", "2" })
        {
            int start = context.IndexOf(answer, StringComparison.Ordinal);
            var found = question.Windows.Select(window => (window, Span: window.Find(start..(start + answer.Length)))).Where(pair => pair.Span is not null).ToList();
            Assert.IsNotEmpty(found, answer);
            foreach (var (window, span) in found)
            {
                var (first, last) = (window.Places[span!.Value.Start - window.FirstPlace], window.Places[span.Value.End - window.FirstPlace]);
                Assert.AreEqual(answer, context[first.Start..last.End]);
            }
        }

        Assert.HasCount(1, source.Windows("", "What?".AsMemory()).Windows);
    }

    /// <summary>RoBERTa has a mark more around a pair than BERT: windows that go forward there by one token stand still here.</summary>
    [TestMethod]
    public void Windows_that_would_not_go_forward_beside_the_marks_of_the_tokenizer_are_refused()
    {
        string folder = Directory.CreateTempSubdirectory("seven-roberta-").FullName;
        int tokens = SmallTokenizers.WriteBytePairs(folder);
        var tokenizer = TokenizerFolder.Read(folder, new TextConfiguration { Architecture = Architecture.Roberta, VocabularySize = tokens, PaddingToken = 1 });
        Directory.Delete(folder, recursive: true);
        var options = new BertQuestionAnsweringOptions { MaximumTokens = 22, WindowOverlap = 12, MaximumQuestionTokens = 6 };
        options.Validate();
        Assert.HasCount(4, new QuestionSource(Bert, options, 22).Windows(string.Join(' ', Enumerable.Repeat("zebra", 16)), "a b c d e f".AsMemory()).Windows);
        Assert.Contains("4 are marks", Assert.ThrowsExactly<ArgumentException>(() => new QuestionSource(tokenizer, options, 22)).Message);
        Assert.HasCount(4, new QuestionSource(tokenizer, options, 23).Windows(new string('a', 16), "abcdef".AsMemory()).Windows);
    }

    [TestMethod]
    public void The_best_answers_are_those_with_the_largest_sums_in_any_window()
    {
        string context = "one two three four";
        QuestionWindow Window(int first, int count) => new(new TokenizedText { Tokens = [101, 9, 102, .. Enumerable.Repeat(5, count), 102] }, 3, [.. BasicWords.Of(context).Skip(first).Take(count)]);
        var question = new QuestionWindows(context, [Window(0, 3), Window(1, 3)]);
        // Outputs for [CLS], question, [SEP], three words, [SEP]; those outside the context do not count.
        var scores = new[] { new SpanScores([99, 99, 99, 1, 5, 0, 99], [99, 99, 99, 0, 1, 4, 99]), new SpanScores([99, 99, 99, 5, 0, 0, 99], [99, 99, 99, 2, 0, 6, 99]) };

        var best = new AnswerSearch(answers: 3, maximumTokens: 3).Best(question, scores);
        CollectionAssert.AreEqual(new[] { "two three four", "two three", "two" }, best.Select(answer => answer.Text).ToArray());
        Assert.IsTrue(best[0].Probability > best[1].Probability && best.Sum(answer => answer.Probability) <= 1.0001f);
        Assert.AreEqual("two three", new AnswerSearch(answers: 1, maximumTokens: 2).Best(question, scores)[0].Text);
    }
}
