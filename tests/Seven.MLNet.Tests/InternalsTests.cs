using Microsoft.ML;
using Seven.MLNet.Internals;

namespace Seven.MLNet.Tests;

/// <summary>What is reached of ML.NET without being public.</summary>
[TestClass]
public sealed class InternalsTests
{
    [TestMethod]
    public void All_members_are_there_in_the_versions_supported() => Assert.IsNotNull(MlNetInternals.Instance);

    [TestMethod]
    public void Missing_members_are_collected_with_their_places()
    {
        var finder = new MemberFinder();
        Assert.IsNotNull(finder.Field(typeof(Derived), "_hidden"));
        finder.Field(typeof(Derived), "_gone");
        finder.Method(typeof(MLContext), "Train", parameters: 7);
        finder.Type(typeof(MLContext).Assembly, "Microsoft.ML.Nowhere");
        CollectionAssert.AreEqual(
            new[] { $"_gone in {typeof(Derived).FullName}", "Train of 7 parameters in Microsoft.ML.MLContext", "Microsoft.ML.Nowhere in Microsoft.ML.Data" },
            finder.Missing.ToArray());
    }

    private class Base
    {
        private readonly int _hidden = 1;

        public override string ToString() => $"{_hidden}";
    }

    private sealed class Derived : Base;
}
