using Microsoft.ML;

namespace Seven.MLNet.Pipeline;

/// <summary>A view whose columns a network of this project makes.</summary>
internal interface INetworkRows
{
    /// <summary>The rows that the network reads.</summary>
    IDataView Source { get; }

    /// <summary>The network.</summary>
    ITransformer Transformer { get; }
}
