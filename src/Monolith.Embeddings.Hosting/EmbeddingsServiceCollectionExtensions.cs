using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Hosting;

/// <summary>Registers embedding tables with a host's services.</summary>
public static class EmbeddingsServiceCollectionExtensions
{
    /// <summary>
    /// Registers the <see cref="EmbeddingTableSet"/> that a section of configuration describes, see <see cref="EmbeddingsOptions"/>, as a
    /// singleton that is disposed with the container; its <see cref="TableSchema"/> and, where the section has slots, its
    /// <see cref="FeatureSchema"/>; and the <see cref="PlugInRegistry"/>. A <see cref="TimeProvider"/> among the services becomes the
    /// tables' clock, and an <see cref="ILoggerFactory"/> makes their logger. The section is read once, and validated when the host starts
    /// or when the tables are first asked for.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, such as <c>configuration.GetSection("Recommender")</c>.</param>
    /// <param name="plugIns">Adds your own parts by name; null for none.</param>
    /// <returns>
    /// The options, for changes in code; all of them are validated together, and an <see cref="OptionsValidationException"/> lists every
    /// failure.
    /// </returns>
    public static OptionsBuilder<EmbeddingsOptions> AddMonolithEmbeddings(
        this IServiceCollection services, IConfiguration configuration, Action<PlugInRegistry>? plugIns = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var registry = new PlugInRegistry();
        plugIns?.Invoke(registry);
        services.TryAddSingleton(registry);
        services.TryAddSingleton(provider => Options(provider).BuildSchema());
        services.TryAddSingleton(provider => provider.GetRequiredService<TableSchema>() as FeatureSchema
            ?? throw new InvalidOperationException("The configuration describes tables alone; a feature schema needs Slots."));
        services.TryAddSingleton(provider =>
        {
            var options = Options(provider).TableSet;
            options.Logger ??= provider.GetService<ILoggerFactory>()?.CreateLogger<EmbeddingTableSet>();
            return new EmbeddingTableSet(provider.GetRequiredService<TableSchema>(), options, provider.GetService<TimeProvider>());
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EmbeddingsOptions>, EmbeddingsOptionsValidator>());
        return services.AddOptions<EmbeddingsOptions>().Configure(options => registry.Fill(options, configuration)).ValidateOnStart();
    }

    private static EmbeddingsOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<EmbeddingsOptions>>().Value;
}
