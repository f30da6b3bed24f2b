namespace Seven.TorchSharp.Tests;

/// <summary>Skips all tests of the assembly, with the reason, where libtorch cannot be loaded.</summary>
[TestClass]
public static class LibtorchRequired
{
    [AssemblyInitialize]
    public static void Load(TestContext context)
    {
        if (Libtorch.Problem is { } problem)
            Assert.Inconclusive(problem);
    }
}
