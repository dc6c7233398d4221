using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TestKit.Tests.Wrong;

namespace Monolith.Embeddings.TestKit.Tests;

/// <summary>The library's own models keep the rules that users' models are held to.</summary>
public class BuiltInModelsTests
{
    private static readonly Func<OptimizerOptions>[] Optimizers =
        [() => new AdagradOptions(), () => new AdamOptions(), () => new FtrlOptions()];

    private static IEnumerable<TestCaseData> Cases => Optimizers.SelectMany(optimizer => Models(optimizer)
        .SelectMany(model => new OnlineModelContract(model.Create) { DenseOptimizer = () => optimizer().Create() }.Checks
            .Select(check => new TestCaseData(check).SetArgDisplayNames(model.Name, optimizer().GetType().Name, check.Name))));

    [TestCaseSource(nameof(Cases))]
    public void A_model_of_the_library_keeps_its_contract(ContractCheck check) => Assert.That(check.Run, Throws.Nothing);

    [Test]
    public void The_model_whose_flaws_are_caught_has_no_other() => Assert.That(WrongModels.Contract(ModelFlaw.None).Verify, Throws.Nothing);

    private static IEnumerable<(string Name, Func<FeatureSchema, OnlineModel> Create)> Models(Func<OptimizerOptions> optimizer) =>
    [
        ("logistic regression", schema => new LogisticRegression(schema, new() { Task = "buy", Optimizer = optimizer() })),
        ("factorization machine", schema => new FactorizationMachine(schema, new() { Task = "buy", Optimizer = optimizer() })),
        ("deep", schema => new DeepFm(schema, new() { Task = "click", Optimizer = optimizer(), Hidden = [7, 5], Seed = 11 })),
        ("deep without hidden layers", schema => new DeepFm(schema, new() { Task = "click", Optimizer = optimizer(), Hidden = [] })),
    ];
}
