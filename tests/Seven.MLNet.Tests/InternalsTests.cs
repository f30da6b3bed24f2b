using System.Reflection;
using Microsoft.ML;
using Seven.MLNet.MLNetInternals;

namespace Seven.MLNet.Tests;

/// <summary>What is reached of ML.NET without being public.</summary>
[TestClass]
public sealed class InternalsTests
{
    [TestMethod]
    public void A_missing_member_costs_its_own_feature_and_is_named()
    {
        var walking = new InternalFeature<FieldInfo>("Walking on water", finder => finder.Field(finder.Type(typeof(MLContext).Assembly, "Microsoft.ML.Water"), "_surface"));
        var seeing = new InternalFeature<FieldInfo>("Seeing what is there", finder => finder.Field(typeof(Derived), "_hidden"));

        Assert.IsFalse(walking.IsAvailable);
        string message = Assert.ThrowsExactly<NotSupportedException>(() => walking.Members).Message;
        Assert.Contains("Walking on water is not available: found are Microsoft.ML.Data 5.0.1", message);
        Assert.Contains("which lack Microsoft.ML.Water in Microsoft.ML.Data; expected Microsoft.ML 5.0.1", message);
        Assert.AreEqual("_hidden", seeing.Members.Name);
    }

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
