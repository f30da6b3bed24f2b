using System.Reflection;

namespace Seven.MLNet.MLNetInternals;

/// <summary>Looks up members that are not public, and collects those that are missing.</summary>
internal sealed class MemberFinder
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly List<string> _missing = [];
    private readonly HashSet<Assembly> _assemblies = [];

    /// <summary>The members that were asked for and not found, each with its type.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>The assemblies in which members were looked up.</summary>
    public IReadOnlyCollection<Assembly> Assemblies => _assemblies;

    /// <summary>A type, or <see cref="Absent"/> if there is none of that name, so that its members can be asked for nevertheless.</summary>
    public Type Type(Assembly assembly, string name)
    {
        _assemblies.Add(assembly);
        return Found(assembly.GetType(name), $"{name} in {assembly.GetName().Name}") ?? typeof(Absent);
    }

    public FieldInfo Field(Type type, string name) => Search(type, name, level => level.GetField(name, Declared))!;

    /// <summary>The fields of that name, of which one may hide another.</summary>
    public IReadOnlyList<FieldInfo> Fields(Type type, string name)
    {
        var fields = new List<FieldInfo>();
        if (type == typeof(Absent))
            return fields;
        _assemblies.Add(type.Assembly);
        for (var level = type; level is not null; level = level.BaseType)
            if (level.GetField(name, Declared) is { } field)
                fields.Add(field);
        if (fields.Count == 0)
            Found<FieldInfo>(null, $"{name} in {type.FullName}");
        return fields;
    }

    public PropertyInfo Property(Type type, string name) => Search(type, name, level => level.GetProperty(name, Declared))!;

    public MethodInfo Method(Type type, string name, int parameters) => Search(
        type, $"{name} of {parameters} parameters",
        level => level.GetMethods(Declared).FirstOrDefault(method => method.Name == name && method.GetParameters().Length == parameters))!;

    public MethodInfo Method(Type type, string name, Type onlyParameter) => Search(
        type, $"{name} of one {onlyParameter.Name}",
        level => level.GetMethod(name, Declared, null, [onlyParameter], null))!;

    public ConstructorInfo Constructor(Type type, params Type?[] parameters) => Search(
        type, $"the constructor of {parameters.Length} parameters",
        level => level == type ? level.GetConstructors(Declared).FirstOrDefault(constructor => Fits(constructor.GetParameters(), parameters)) : null)!;

    /// <summary>Looks in the type and then in those it derives from, so that a member which hides another one comes first.</summary>
    private T? Search<T>(Type type, string name, Func<Type, T?> find)
        where T : MemberInfo
    {
        if (type == typeof(Absent))
            return null;
        _assemblies.Add(type.Assembly);
        for (var level = type; level is not null; level = level.BaseType)
            if (find(level) is { } member)
                return member;
        return Found<T>(null, $"{name} in {type.FullName}");
    }

    private static bool Fits(ParameterInfo[] found, Type?[] expected) =>
        found.Length == expected.Length && found.Zip(expected).All(pair => pair.Second is null || pair.First.ParameterType == pair.Second);

    private T? Found<T>(T? member, string what)
        where T : MemberInfo
    {
        if (member is null)
            _missing.Add(what);
        return member;
    }

    /// <summary>A type that ML.NET lacks. It is reported once; its members are not reported one by one.</summary>
    private static class Absent;
}
