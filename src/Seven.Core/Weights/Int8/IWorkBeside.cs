using System.Runtime.CompilerServices;

namespace Seven.Weights.Int8;

/// <summary>Work that is done step by step between multiply-adds, so that the processor's loads, stores and shuffles run while its multipliers do.</summary>
internal interface IWorkBeside
{
    /// <summary>Does the next step.</summary>
    void Step();
}

/// <summary>No work.</summary>
internal readonly struct NothingBeside : IWorkBeside
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step()
    {
    }
}
