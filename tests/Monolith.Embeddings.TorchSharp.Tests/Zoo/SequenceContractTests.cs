using Monolith.Embeddings.Features;
using Monolith.Embeddings.TestKit;

namespace Monolith.Embeddings.TorchSharp.Tests.Zoo;

/// <summary>
/// Modules over sequences, and two towers, keep the contract of models, which compares gradients with differences of the log-loss of their
/// logits.
/// </summary>
public class SequenceContractTests
{
    private static readonly (string Name, SequenceOrder Order, Func<FeatureSchema, OnlineModelFactory> Create)[] Modules =
    [
        ("SASRec", SequenceOrder.OldestFirst, schema => new(() => new TorchModel(
            schema, new SasRecModule(schema, negatives: null, inner: 6, dropout: 0, temperature: 1, isNormalized: false), One))),
        ("unit vectors of SASRec", SequenceOrder.OldestFirst, schema => new(() => new TorchModel(
            schema, new SasRecModule(schema, negatives: null, heads: 2, dropout: 0, temperature: 1), One))),
        ("two towers", SequenceOrder.OldestFirst, schema => new(() => new TorchModel(
            schema, new TwoTowersModule(schema, ["user"], ["item"], 3, [], usesDense: true, temperature: 1, isNormalized: false), One))),
        ("one tower", SequenceOrder.OldestFirst, schema => new(() => new TorchModel(
            schema, new TwoTowersModule(schema, ["user"], ["item"], hidden: [], hasItemTower: false, temperature: 1, isNormalized: false),
            One))),
        ("TransAct", SequenceOrder.NewestFirst, schema => new(() => new TorchModel(schema, new TransActModule(
            schema, action: "action", kinds: 3, actionWidth: 2, age: "age", inner: 6, dropout: 0, first: 2, hidden: [5])))),
        ("TransAct V2", SequenceOrder.OldestFirst, schema => new(() => new TorchModel(schema, new TransActV2Module(
            schema, actions: ["action", "other"], surface: "surface", surfaces: 2, inner: 6, hidden: [5])))),
    ];

    private static TorchModelOptions One => new() { Tasks = ["task0"] };

    private static IEnumerable<TestCaseData> Contracts => Modules.SelectMany(module =>
        new OnlineModelContract(schema => module.Create(schema).New())
        {
            CreateSchema = () => SequenceSchemas.Create(module.Order, dense: 2, tasks: 2),
            AllowedAllocation = 200_000,
        }.Checks
            // The one has a schema of its own; the other moves vectors of zeros, which have no direction.
            .Where(check => check.Name != "Sequences are used, or refused by name")
            .Where(check => !module.Name.StartsWith("unit", StringComparison.Ordinal)
                || !check.Name.StartsWith("Gradients of the", StringComparison.Ordinal))
            .Select(check => new TestCaseData(check).SetArgDisplayNames(module.Name, check.Name)));

    [TestCaseSource(nameof(Contracts))]
    public void A_module_keeps_the_contract(ContractCheck check) => Assert.That(check.Run, Throws.Nothing);

    /// <summary>Makes models.</summary>
    private sealed record OnlineModelFactory(Func<Models.OnlineModel> New);
}
