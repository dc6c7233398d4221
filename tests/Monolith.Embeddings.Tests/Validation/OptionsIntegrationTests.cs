using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tests.Validation;

public class OptionsIntegrationTests : LeakChecked
{
    [Test]
    public void Options_are_bound_and_validated_by_the_host()
    {
        using var good = Provide("5", "123456789");
        var options = good.GetRequiredService<IOptions<EmbeddingTableSetOptions>>().Value;
        Assert.That((options.Seed, options.MemoryLimitBytes), Is.EqualTo((5L, 123456789L)));
        using var bad = Provide("5", "12");
        Assert.That(OptionFailures.Of(() => _ = bad.GetRequiredService<IOptions<EmbeddingTableSetOptions>>().Value),
            Is.EqualTo(new[] { "MemoryLimitBytes: 12 is less than 1048576, the least that is allowed." }));
    }

    [Test]
    public void The_validator_lists_every_failure()
    {
        var options =
            new EmbeddingTableOptions { Name = " ", Stripes = 2000, InitialCapacity = -1, NonFiniteGradients = (NonFiniteGradients)5 };
        options.Segments.Add(new SegmentOptions { Name = "a", Dimension = 4097 });
        options.Segments.Add(new SegmentOptions { Name = "a", Dimension = 0, Optimizer = null!, Initializer = null! });
        var result = new OptionsValidator<EmbeddingTableOptions>().Validate(null, options);
        Assert.That(result.Failures?.Select(f => f[..f.IndexOf(':')]), Is.EqualTo(new[]
        {
            "Name", "Stripes", "Stripes", "InitialCapacity", "NonFiniteGradients", "Segments[0].Dimension", "Segments[1].Dimension",
            "Segments[1].Optimizer", "Segments[1].Initializer", "Segments",
        }));
        Assert.That(() => new EmbeddingTable(options), Throws.InstanceOf<OptionsValidationException>());
    }

    [Test]
    public void The_defaults_are_valid_but_for_what_only_the_user_knows()
    {
        Assert.That(new OptionsValidator<EmbeddingTableSetOptions>().Validate(null, new()).Succeeded, Is.True);
        Assert.That(OptionFailures.PathsOf(() => new EmbeddingTable(new EmbeddingTableOptions()).Dispose()),
            Is.EqualTo(new[] { "Name", "Segments" }));
        Assert.That(() => new EmbeddingTable(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void A_row_of_too_many_weights_is_refused()
    {
        var options = new EmbeddingTableOptions { Name = "wide" };
        for (var i = 0; i < 5; i++) options.Segments.Add(new SegmentOptions { Name = $"s{i}", Dimension = 4096 });
        Assert.That(OptionFailures.Of(() => new EmbeddingTable(options).Dispose()).Single(), Does.Contain("20480").And.Contain("16384"));
    }

    private static ServiceProvider Provide(string seed, string limit)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Tables:Seed"] = seed, ["Tables:MemoryLimitBytes"] = limit }).Build();
        var services = new ServiceCollection();
        services.AddOptions<EmbeddingTableSetOptions>().Bind(configuration.GetSection("Tables"));
        services.AddSingleton<IValidateOptions<EmbeddingTableSetOptions>, OptionsValidator<EmbeddingTableSetOptions>>();
        return services.BuildServiceProvider();
    }
}
