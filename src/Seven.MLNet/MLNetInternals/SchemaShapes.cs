using System.Reflection;
using Microsoft.ML;

namespace Seven.MLNet.MLNetInternals;

/// <summary>Shapes of schemas, which ML.NET makes for its own estimators.</summary>
internal static class SchemaShapes
{
    private static readonly InternalFeature<MethodInfo> s_shapeOf = new(
        "Checking the columns of a pipeline", finder => finder.Method(typeof(SchemaShape), "Create", parameters: 1));

    /// <summary>The shape of a schema.</summary>
    /// <exception cref="NotSupportedException">ML.NET lacks the member.</exception>
    public static SchemaShape Of(DataViewSchema schema) => (SchemaShape)s_shapeOf.Members.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [schema], null)!;
}
