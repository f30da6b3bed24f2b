using System.Reflection;

namespace Seven.MLNet.MLNetInternals;

/// <summary>The part of an assembly that a component catalog reads when it registers one: its loaders.</summary>
/// <remarks>ML.NET's attribute for loaders is not public, so that no other assembly can bear it; the catalog, though, asks whatever assembly it is given.</remarks>
internal sealed class LoaderAssembly(object[] loadableClasses) : Assembly
{
    /// <summary>Under this name the catalog remembers that it has been registered.</summary>
    public override string FullName => "Seven.MLNet.Loaders";

    public override AssemblyName GetName() => new(FullName);

    public override object[] GetCustomAttributes(Type attributeType, bool inherit) => loadableClasses;

    public override Type[] GetTypes() => [];
}
