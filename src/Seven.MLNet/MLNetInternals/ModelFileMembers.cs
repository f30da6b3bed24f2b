using System.Reflection;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Transforms;

namespace Seven.MLNet.MLNetInternals;

/// <summary>The members of ML.NET's model files that are not public: writing and reading a step's streams, and registering the loader in the catalog.</summary>
/// <remarks>
/// A step is saved with two loaders. The first is this project's, known to contexts in which it is registered. The second is ML.NET's own for custom
/// mappings: it looks for the contract that the file names, whose factory says what is missing.
/// </remarks>
internal sealed class ModelFileMembers
{
    private const BindingFlags Call = BindingFlags.DoNotWrapExceptions;

    private static readonly InternalFeature<ModelFileMembers> s_feature = new("Saving and loading models with an encoder", finder => new ModelFileMembers(finder));

    private readonly ConstructorInfo _versionInfo;
    private readonly FieldInfo _modelSignature;
    private readonly FieldInfo _versionWritten;
    private readonly FieldInfo _alternativeLoader;
    private readonly FieldInfo _loaderAssembly;
    private readonly MethodInfo _customMappingVersion;
    private readonly MethodInfo _setVersion;
    private readonly MethodInfo _saveString;
    private readonly MethodInfo _saveStream;
    private readonly MethodInfo _loadString;
    private readonly MethodInfo _loadStream;
    private readonly Type _loadSignature;
    private readonly ConstructorInfo _loadableClass;

    private ModelFileMembers(MemberFinder finder)
    {
        var (core, transforms) = (typeof(SchemaShape).Assembly, typeof(CustomMappingFactoryAttributeAttribute).Assembly);
        var version = finder.Type(core, "Microsoft.ML.VersionInfo");
        _versionInfo = finder.Constructor(version, typeof(string), typeof(uint), typeof(uint), typeof(uint), typeof(string), typeof(string), typeof(string));
        _modelSignature = finder.Field(version, "ModelSignature");
        _versionWritten = finder.Field(version, "VerWrittenCur");
        _alternativeLoader = finder.Field(version, "LoaderSignature");
        _loaderAssembly = finder.Field(version, "LoaderAssemblyName");
        _customMappingVersion = finder.Method(finder.Type(transforms, "Microsoft.ML.Transforms.LambdaTransform"), "GetVersionInfo", parameters: 0);
        _setVersion = finder.Method(typeof(ModelSaveContext), "SetVersionInfo", parameters: 1);
        _saveString = finder.Method(typeof(ModelSaveContext), "SaveString", typeof(string));
        _saveStream = finder.Method(typeof(ModelSaveContext), "SaveBinaryStream", parameters: 2);
        var loadContext = finder.Type(core, "Microsoft.ML.ModelLoadContext");
        _loadString = finder.Method(loadContext, "LoadString", parameters: 0);
        _loadStream = finder.Method(loadContext, "TryLoadBinaryStream", parameters: 2);
        _loadSignature = finder.Type(core, "Microsoft.ML.SignatureLoadModel");
        _loadableClass = finder.Constructor(
            finder.Type(core, "Microsoft.ML.LoadableClassAttribute"), typeof(Type), typeof(Type), typeof(Type), typeof(Type), typeof(string), typeof(string[]));
    }

    /// <exception cref="NotSupportedException">ML.NET lacks a member.</exception>
    public static ModelFileMembers Instance => s_feature.Members;

    /// <summary>Writes a step's header: its loader, and the contract that a context without the loader looks for.</summary>
    /// <param name="context">Where ML.NET saves the step.</param>
    /// <param name="loader">The loader's name.</param>
    /// <param name="contract">The contract of the custom mapping factory that says what is missing.</param>
    public void WriteHeader(ModelSaveContext context, string loader, string contract)
    {
        object custom = _customMappingVersion.Invoke(null, Call, null, [], null)!;
        uint written = (uint)_versionWritten.GetValue(custom)!;
        string signature = Encoding.Latin1.GetString(BitConverter.GetBytes((ulong)_modelSignature.GetValue(custom)!));
        object version = _versionInfo.Invoke([signature, written, written, written, _loaderAssembly.GetValue(custom), loader, _alternativeLoader.GetValue(custom)]);
        _setVersion.Invoke(context, Call, null, [version], null);
        _saveString.Invoke(context, Call, null, [contract], null);
        _saveString.Invoke(context, Call, null, [typeof(ModelFileMembers).Assembly.FullName], null);
    }

    /// <summary>Writes one of a step's streams.</summary>
    public void WriteStream(ModelSaveContext context, string name, Action<BinaryWriter> write) =>
        _saveStream.Invoke(context, Call, null, [name, write], null);

    /// <summary>Reads a step's header to its end, as ML.NET asks of every loader.</summary>
    /// <param name="context">ML.NET's load context.</param>
    public void ReadHeader(object context)
    {
        // The contract and its assembly, which only ML.NET's own loader asks for.
        _loadString.Invoke(context, Call, null, [], null);
        _loadString.Invoke(context, Call, null, [], null);
    }

    /// <summary>Reads one of a step's streams; <see langword="false"/> if there is none of that name.</summary>
    /// <param name="context">ML.NET's load context.</param>
    /// <param name="name">The stream's name.</param>
    /// <param name="read">Reads it.</param>
    public bool ReadStream(object context, string name, Action<BinaryReader> read) =>
        (bool)_loadStream.Invoke(context, Call, null, [name, read], null)!;

    /// <summary>The registration of a loader in a catalog: an array of ML.NET's attribute for it.</summary>
    /// <param name="loader">A type with a static method <c>ITransformer Create(IHostEnvironment, object)</c>.</param>
    /// <param name="name">The loader's name.</param>
    public object[] LoadableClasses(Type loader, string name)
    {
        var attributes = (object[])Array.CreateInstance(_loadableClass.DeclaringType!, 1);
        attributes[0] = _loadableClass.Invoke([typeof(ITransformer), loader, null, _loadSignature, "", new[] { name }]);
        return attributes;
    }
}
