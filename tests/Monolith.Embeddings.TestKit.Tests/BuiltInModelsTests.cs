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

    [TestCaseSource(nameof(OfDerived))]
    public void So_does_one_over_features_that_are_derived(ContractCheck check) => Assert.That(check.Run, Throws.Nothing);

    private static IEnumerable<TestCaseData> OfDerived =>
        from model in Models(() => new AdagradOptions()).TakeLast(3)
        from check in new OnlineModelContract(model.Create) { CreateSchema = Derived }.Checks
        select new TestCaseData(check).SetArgDisplayNames(model.Name, check.Name);

    private static FeatureSchema Derived()
    {
        var f = new FeatureSchemaBuilder();
        f.Table("ids", row => row.Bias(new FtrlOptions()).Vector(4, new AdagradOptions()));
        var (user, tags, price) = (f.Slot("user", "ids"), f.Slot("tags", "ids", Pooling.Mean, maxIds: 3), f.Number("price"));
        f.Cross("user_tags", "ids", user, tags);
        f.Buckets("price_bucket", "ids", price, BucketBounds.Quantiles(4, 100));
        f.Dense(2);
        f.SignedLog("price_log", price);
        f.Normalized("price_norm", price);
        f.Task("click");
        return f.Build();
    }

    private static IEnumerable<(string Name, Func<FeatureSchema, OnlineModel> Create)> Models(Func<OptimizerOptions> optimizer) =>
    [
        ("logistic regression", schema => new LogisticRegression(schema, new() { Tasks = ["buy"], Optimizer = optimizer() })),
        ("factorization machine", schema => new FactorizationMachine(schema, new() { Tasks = ["buy"], Optimizer = optimizer() })),
        ("deep", schema => new DeepFm(schema, new() { Tasks = ["click"], Optimizer = optimizer(), Hidden = [7, 5], Seed = 11 })),
        ("deep without hidden layers", schema => new DeepFm(schema, new() { Tasks = ["click"], Optimizer = optimizer(), Hidden = [] })),
        ("logistic regression of all tasks", schema => new LogisticRegression(schema, new() { Optimizer = optimizer() })),
        ("factorization machine of all tasks", schema => new FactorizationMachine(schema, new() { Optimizer = optimizer() })),
        ("deep of all tasks", schema => new DeepFm(schema, new() { Optimizer = optimizer(), Hidden = [7, 5], Seed = 11 })),
    ];
}
