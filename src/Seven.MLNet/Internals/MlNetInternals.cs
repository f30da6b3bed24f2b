using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.TorchSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace Seven.MLNet.Internals;

/// <summary>All that this project uses of ML.NET and TorchSharp and that is not public, found and checked once.</summary>
internal sealed class MlNetInternals
{
    private const string Supported = "Microsoft.ML 5.0.0, Microsoft.ML.TorchSharp 0.23.0 and TorchSharp 0.102.7";
    private const BindingFlags Call = BindingFlags.DoNotWrapExceptions;

    private static readonly Lazy<MlNetInternals> s_instance = new(() => new MlNetInternals());

    private readonly PropertyInfo _environment;
    private readonly PropertyInfo _seed;
    private readonly PropertyInfo _gpu;
    private readonly PropertyInfo _fallBack;
    private readonly PropertyInfo _isCancelled;
    private readonly MethodInfo _shapeOf;
    private readonly Type _transform;
    private readonly PropertyInfo _source;
    private readonly FieldInfo _mapper;
    private readonly FieldInfo _mapperParent;
    private readonly FieldInfo[] _otherSources;
    private readonly PropertyInfo _scopeManager;
    private readonly PropertyInfo _currentScope;
    private readonly PropertyInfo _wrappedOptimizer;
    private readonly Dictionary<Type, TrainerMembers> _trainers;

    private MlNetInternals()
    {
        var finder = new MemberFinder();
        var (core, data, torchMl) = (typeof(SchemaShape).Assembly, typeof(TransformsCatalog).Assembly, typeof(TorchSharpBaseTrainer).Assembly);

        var environment = finder.Type(core, "Microsoft.ML.Runtime.IHostEnvironmentInternal");
        _seed = finder.Property(environment, "Seed");
        _gpu = finder.Property(environment, "GpuDeviceId");
        _fallBack = finder.Property(environment, "FallbackToCpu");
        _isCancelled = finder.Property(finder.Type(core, "Microsoft.ML.Runtime.ICancelable"), "IsCanceled");
        _shapeOf = finder.Method(typeof(SchemaShape), "Create", parameters: 1);

        _environment = finder.Property(finder.Type(data, "Microsoft.ML.Data.IInternalCatalog"), "Environment");
        _transform = finder.Type(data, "Microsoft.ML.Data.IDataTransform");
        _source = finder.Property(_transform, "Source");
        _mapper = finder.Field(finder.Type(data, "Microsoft.ML.Data.RowToRowMapperTransform"), "_mapper");
        _mapperParent = finder.Field(finder.Type(data, "Microsoft.ML.Data.RowToRowTransformerBase+MapperBase"), "_parent");
        _otherSources =
        [
            finder.Field(finder.Type(data, "Microsoft.ML.Data.CacheDataView"), "_subsetInput"),
            finder.Field(finder.Type(data, "Microsoft.ML.Data.OpaqueDataView"), "_source"),
        ];

        var scopes = typeof(DisposeScopeManager);
        _scopeManager = finder.Property(scopes, "ThreadSingleton");
        _currentScope = finder.Property(scopes, "CurrentDisposeScope");
        _wrappedOptimizer = finder.Property(finder.Type(torchMl, "Microsoft.ML.TorchSharp.NasBert.Optimizers.BaseOptimizer"), "Optimizer");
        ModelFiles = new ModelFileMembers(finder);
        _trainers = TrainerMembers.Of(finder).ToDictionary(members => members.Trainer);

        if (finder.Missing.Count > 0)
            throw new NotSupportedException(
                $"SevenPrune supports {Supported}. Found are {Version(data)}, {Version(torchMl)} and {Version(scopes.Assembly)}, which lack {string.Join("; ", finder.Missing)}.");
    }

    /// <exception cref="NotSupportedException">This version of ML.NET lacks a member; the message names the versions supported.</exception>
    public static MlNetInternals Instance => s_instance.Value;

    /// <summary>Writing and reading the files of models.</summary>
    public ModelFileMembers ModelFiles { get; }

    /// <param name="catalog">One of ML.NET's catalogs, of transforms or of trainers.</param>
    public IHostEnvironment EnvironmentOf(object catalog) => (IHostEnvironment)_environment.GetValue(catalog)!;

    public int? SeedOf(IHostEnvironment environment) => (int?)_seed.GetValue(environment);

    /// <summary>The GPU that was asked for, if one was, and whether the CPU will do.</summary>
    public (int? Gpu, bool CpuWillDo) DeviceOf(IHostEnvironment environment) => ((int?)_gpu.GetValue(environment), (bool)_fallBack.GetValue(environment)!);

    public bool IsCancelled(IHostEnvironment environment) => _isCancelled.DeclaringType!.IsInstanceOfType(environment) && (bool)_isCancelled.GetValue(environment)!;

    public SchemaShape ShapeOf(DataViewSchema schema) => (SchemaShape)_shapeOf.Invoke(null, Call, null, [schema], null)!;

    /// <summary>The view that this one was made from, if it is known.</summary>
    public IDataView? SourceOf(IDataView view) =>
        _transform.IsInstanceOfType(view)
            ? (IDataView?)_source.GetValue(view)
            : _otherSources.Where(field => field.DeclaringType == view.GetType()).Select(field => (IDataView?)field.GetValue(view)).FirstOrDefault();

    /// <summary>The transformer whose mapper makes this view's columns, if there is one.</summary>
    public ITransformer? TransformerOf(IDataView view)
    {
        if (_mapper.DeclaringType != view.GetType())
            return null;
        object? mapper = _mapper.GetValue(view);
        return _mapperParent.DeclaringType!.IsInstanceOfType(mapper) ? (ITransformer?)_mapperParent.GetValue(mapper) : null;
    }

    /// <summary>The scope in which this thread's tensors are kept.</summary>
    public DisposeScope? CurrentScope() => (DisposeScope?)_currentScope.GetValue(_scopeManager.GetValue(null));

    public TrainerMembers MembersOf(Type trainer) => _trainers[trainer];

    /// <summary>The optimizer in a field that holds it, or holds ML.NET's wrapper of it.</summary>
    public optim.Optimizer OptimizerIn(object holder, FieldInfo field) => field.GetValue(holder) switch
    {
        optim.Optimizer optimizer => optimizer,
        var wrapper => (optim.Optimizer)_wrappedOptimizer.GetValue(wrapper)!,
    };

    public void SetOptimizerIn(object holder, FieldInfo field, optim.Optimizer optimizer)
    {
        if (typeof(optim.Optimizer).IsAssignableFrom(field.FieldType))
            field.SetValue(holder, optimizer);
        else
            _wrappedOptimizer.SetValue(field.GetValue(holder), optimizer);
    }

    private static string Version(Assembly assembly)
    {
        string? version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        return $"{assembly.GetName().Name} {version}";
    }
}
