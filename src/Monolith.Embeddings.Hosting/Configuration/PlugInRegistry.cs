using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Configuration;

/// <summary>
/// By which names configuration knows the parts of tables: what <c>"Type"</c> may say, and which options it makes. Starts with every part
/// of the library; add your own. A part's keys are its public properties, nested parts and lists included, without regard to case.
/// </summary>
/// <remarks>
/// Explicit, so that trimming and ahead-of-time compilation keep what is registered. Names are unique among options of one kind, which is
/// the topmost class that they derive from, such as <see cref="Optimizers.OptimizerOptions"/>. Not to be changed while it is read; then
/// thread-safe.
/// </remarks>
public sealed class PlugInRegistry
{
    private readonly List<PlugIn> _plugIns = [];

    /// <summary>Creates a registry that knows the library's own parts.</summary>
    public PlugInRegistry() => BuiltInParts.AddTo(this);

    /// <summary>Adds a part under a name.</summary>
    /// <typeparam name="TOptions">Its options, made by their parameterless constructor.</typeparam>
    /// <param name="name">What <c>"Type"</c> says, without regard to case.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">
    /// The name is empty or taken, or the options have a property called <c>Type</c>, which configuration could not set.
    /// </exception>
    public PlugInRegistry Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(string name)
        where TOptions : class, IValidatedOptions, new() => Add(name, () => new TOptions());

    /// <summary>Adds a part under a name, for options that need more than configuration can say, such as a predicate.</summary>
    /// <typeparam name="TOptions">Its options.</typeparam>
    /// <param name="name">What <c>"Type"</c> says, without regard to case.</param>
    /// <param name="create">Makes new options each time it is called; configuration then sets their properties.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">
    /// The name is empty or taken, or the options have a property called <c>Type</c>, which configuration could not set.
    /// </exception>
    public PlugInRegistry Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>(
        string name, Func<TOptions> create)
        where TOptions : class, IValidatedOptions
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(create);
        return Add(new PlugIn(name, typeof(TOptions), create));
    }

    /// <summary>
    /// Adds options that are the only ones of their kind, so that no <c>"Type"</c> need be given where a property holds them.
    /// </summary>
    /// <typeparam name="TOptions">The options, made by their parameterless constructor.</typeparam>
    /// <returns>This registry.</returns>
    /// <exception cref="ArgumentException">They are known already.</exception>
    public PlugInRegistry Add<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] TOptions>()
        where TOptions : class, IValidatedOptions, new() => Add(new PlugIn(null, typeof(TOptions), () => new TOptions()));

    /// <summary>The names of all parts of a kind, in alphabetical order.</summary>
    /// <typeparam name="TKind">The class that their options derive from, such as <see cref="Optimizers.OptimizerOptions"/>.</typeparam>
    public IReadOnlyList<string> Names<TKind>()
        where TKind : class, IValidatedOptions => [.. Of(typeof(TKind)).Select(plugIn => plugIn.Name)];

    /// <summary>Reads options of any registered kind, and validates them.</summary>
    /// <typeparam name="TOptions">
    /// What is read: a kind such as <see cref="Optimizers.OptimizerOptions"/>, chosen by its <c>"Type"</c>, or options that were added
    /// without a name.
    /// </typeparam>
    /// <param name="configuration">The section that describes them.</param>
    /// <exception cref="OptionsValidationException">
    /// Something cannot be used; its failures list everything that was found, each with its path in the configuration.
    /// </exception>
    public TOptions Read<TOptions>(IConfiguration configuration)
        where TOptions : class, IValidatedOptions
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var report = new ReadingReport(configuration);
        var options = new OptionsReader(this, report).ReadOptions(typeof(TOptions), configuration, "") as TOptions;
        if (options is not null) report.Validate(options);
        if (options is null || report.Errors.Count > 0) throw new OptionsValidationException("", typeof(TOptions), report.Errors);
        return options;
    }

    /// <summary>Sets options to what a section says; they keep what was found.</summary>
    internal void Fill(EmbeddingsOptions options, IConfiguration configuration)
    {
        options.Report = new ReadingReport(configuration);
        new OptionsReader(this, options.Report).Fill(options, Of(typeof(EmbeddingsOptions)).Single(), configuration, "");
    }

    /// <summary>Those that a property of a type may hold, in the order of their names.</summary>
    internal IEnumerable<PlugIn> Of(Type type) =>
        _plugIns.Where(plugIn => type.IsAssignableFrom(plugIn.Type)).OrderBy(plugIn => plugIn.Name, StringComparer.OrdinalIgnoreCase);

    private PlugInRegistry Add(PlugIn added)
    {
        var kind = added.Kind.Name;
        if (_plugIns.Exists(p => p.Kind == added.Kind && string.Equals(p.Name, added.Name, StringComparison.OrdinalIgnoreCase)))
            throw new ArgumentException(
                $"'{added.Name}' is registered already among {kind}; known: {string.Join(", ", Of(added.Kind).Select(p => p.Name))}.");
        if (added.Properties.Any(p => OptionsReader.IsTypeKey(p.Name)))
            throw new ArgumentException(
                $"{added.Type.Name} has a property called {OptionsReader.TypeKey}, which in configuration names the part. Rename it.");
        _plugIns.Add(added);
        return this;
    }
}
