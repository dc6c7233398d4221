using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Hosting.Configuration;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Hosting.Tests.Configuration;

/// <summary>Configuration that nests parts deeper than any real one.</summary>
public class NestedConfigurationTests
{
    [Test]
    public void Parts_are_nested_up_to_32_levels([Values(31, 33, 5000)] int levels)
    {
        Refuses<AdmissionFilterOptions>("AnyOf", "Members:0", levels);
        Refuses<OptimizerOptions>("DelayCompensation", "Inner", levels);
        Refuses<LearningRateSchedule>("WarmUp", "Then", levels);
    }

    private static void Refuses<TOptions>(string type, string inner, int levels)
        where TOptions : class, Validation.IValidatedOptions
    {
        var keys = new Dictionary<string, string?>();
        var path = "";
        for (var i = 0; i < levels; i++)
        {
            if (i < 40 || i == levels - 1) keys[$"{path}Type"] = i == levels - 1 ? Leaf<TOptions>() : type;
            path += $"{inner}:";
        }
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(keys).Build();
        if (levels <= 32) Assert.That(() => new PlugInRegistry().Read<TOptions>(configuration), Throws.Nothing);
        else Assert.That(() => new PlugInRegistry().Read<TOptions>(configuration),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("32 levels").And.Message.Contains($"{inner}:{inner}"));
    }

    private static string Leaf<TOptions>() => typeof(TOptions) == typeof(AdmissionFilterOptions) ? "MinOccurrences"
        : typeof(TOptions) == typeof(OptimizerOptions) ? "Sgd" : "ConstantRate";
}
