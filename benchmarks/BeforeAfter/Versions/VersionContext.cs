using System.Reflection;
using System.Runtime.Loader;
using BeforeAfter.Contract;

namespace BeforeAfter.Versions;

/// <summary>
/// One load of one version: its core, its driver and their packages stand in it, with statics and compiled code of their own; the contract
/// alone is shared. It is never unloaded: code that can be unloaded is compiled otherwise.
/// </summary>
internal sealed class VersionContext : AssemblyLoadContext
{
    private readonly AssemblyDependencyResolver _resolver;

    private VersionContext(string driver)
        : base(isCollectible: false)
    {
        _resolver = new AssemblyDependencyResolver(driver);
    }

    /// <summary>Loads a version once more.</summary>
    /// <param name="driver">The path of the driver's assembly.</param>
    /// <exception cref="UsageException">It is no driver.</exception>
    public static IDriver Load(string driver)
    {
        var assembly = new VersionContext(driver).LoadFromAssemblyPath(driver);
        var types = assembly.GetExportedTypes().Where(type => type.IsClass && typeof(IDriver).IsAssignableFrom(type)).ToArray();
        if (types.Length == 1) return (IDriver)Activator.CreateInstance(types[0])!;
        throw new UsageException($"'{driver}' has {types.Length} public classes that are an {nameof(IDriver)}; one is needed.");
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == typeof(IDriver).Assembly.GetName().Name) return null;
        return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }
}
