using System.Reflection;
using Microsoft.ML;

namespace Seven.MLNet.MLNetInternals;

/// <summary>The origin of a data view: the view before it and the transformer between them.</summary>
/// <remarks>Only <c>SevenPrune()</c> after a trainer needs it; <c>SevenPrune(trainer)</c> works without.</remarks>
internal static class ViewSources
{
    private static readonly InternalFeature<Parts> s_parts = new("SevenPrune() after a trainer (SevenPrune(trainer) works without)", finder => new Parts(finder));

    /// <summary>The view that this one was made from, if it is known.</summary>
    /// <exception cref="NotSupportedException">ML.NET lacks a member.</exception>
    public static IDataView? SourceOf(IDataView view) =>
        s_parts.Members.Transform.IsInstanceOfType(view)
            ? (IDataView?)s_parts.Members.Source.GetValue(view)
            : s_parts.Members.OtherSources.Where(field => field.DeclaringType == view.GetType()).Select(field => (IDataView?)field.GetValue(view)).FirstOrDefault();

    /// <summary>The transformer whose mapper makes this view's columns, if there is one.</summary>
    /// <exception cref="NotSupportedException">ML.NET lacks a member.</exception>
    public static ITransformer? TransformerOf(IDataView view)
    {
        var parts = s_parts.Members;
        if (parts.Mapper.DeclaringType != view.GetType())
            return null;
        object? mapper = parts.Mapper.GetValue(view);
        return parts.MapperParent.DeclaringType!.IsInstanceOfType(mapper) ? (ITransformer?)parts.MapperParent.GetValue(mapper) : null;
    }

    private sealed class Parts
    {
        public Parts(MemberFinder finder)
        {
            var data = typeof(TransformsCatalog).Assembly;
            Transform = finder.Type(data, "Microsoft.ML.Data.IDataTransform");
            Source = finder.Property(Transform, "Source");
            Mapper = finder.Field(finder.Type(data, "Microsoft.ML.Data.RowToRowMapperTransform"), "_mapper");
            MapperParent = finder.Field(finder.Type(data, "Microsoft.ML.Data.RowToRowTransformerBase+MapperBase"), "_parent");
            OtherSources =
            [
                finder.Field(finder.Type(data, "Microsoft.ML.Data.CacheDataView"), "_subsetInput"),
                finder.Field(finder.Type(data, "Microsoft.ML.Data.OpaqueDataView"), "_source"),
            ];
        }

        public Type Transform { get; }

        public PropertyInfo Source { get; }

        public FieldInfo Mapper { get; }

        public FieldInfo MapperParent { get; }

        public FieldInfo[] OtherSources { get; }
    }
}
