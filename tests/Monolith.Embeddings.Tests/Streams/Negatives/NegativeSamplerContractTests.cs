using Monolith.Embeddings.CrashingTrainer;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.Tests.Training;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>Samplers keep the contract of sources, whatever they stand behind.</summary>
[TestFixture]
public sealed class NegativeSamplerContractTests
{
    private static readonly SamplerFixture Fixture = new();
    private static readonly List<SampledEvent> Events = SamplerFixture.Random(5, 300);

    private static IEnumerable<TestCaseData> Checks =>
    [
        .. Of("a sequence", () => Source().WithNegatives(Fixture.Options)),
        .. Of("by popularity", () => Source().WithNegatives(Popular())),
        .. Of("two parts", () => Source().Then(Source()).WithNegatives(Fixture.Options)),
        .. Of("a part", () => Source().WithNegatives(Fixture.Options).Then(Source())),
        .. Of("shuffled epochs", () => Source().Shuffled(40, seed: 1).Epochs(2).WithNegatives(Fixture.Options)),
        .. Of("a source with state", NewStateful),
        .. Of("a sampler of another task", () => Source().WithNegatives(Fixture.Options).WithNegatives(OfBuying())),
    ];

    [TestCaseSource(nameof(Checks))]
    public void Samplers_keep_the_contract(ContractCheck check) => check.Run();

    private static NegativeSamplerOptions OfBuying()
    {
        var options = Fixture.Options;
        options.Task = Fixture.Buy;
        return options;
    }

    private static ExampleSource Source() => Fixture.Source(Events, 11);

    private static NegativeSamplerOptions Popular()
    {
        var options = Fixture.Options;
        (options.Power, options.HalfLife, options.MaxItems) = (0.75, TimeSpan.FromSeconds(30), 12);
        return options;
    }

    private static NegativeSampler NewStateful()
    {
        var schema = CrashScenario.CreateSchema();
        return new StatefulSource(schema, 35).WithNegatives(new() { Task = schema.Tasks[0], Item = schema.Slots[0] });
    }

    private static IEnumerable<TestCaseData> Of(string name, Func<ExampleSource> create) =>
        new ExampleSourceContract(create).Checks.Select(check => new TestCaseData(check).SetArgDisplayNames(name, check.Name));
}
