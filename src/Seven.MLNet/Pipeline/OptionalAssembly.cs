using System.Reflection;

namespace Seven.MLNet.Pipeline;

/// <summary>Assemblies that a program may or may not reference, and that are found by their names.</summary>
internal static class OptionalAssembly
{
    /// <summary>A new object of a type in such an assembly; <see langword="null"/> if the assembly is not there. Exceptions of its constructor are thrown as they are.</summary>
    /// <param name="type">The type's name with its namespace.</param>
    /// <param name="assembly">The assembly's name.</param>
    /// <param name="arguments">The arguments of its constructor.</param>
    public static T? Create<T>(string type, string assembly, params object[] arguments)
        where T : class =>
        Type.GetType($"{type}, {assembly}") is { } found
            ? (T)Activator.CreateInstance(found, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!
            : null;
}
