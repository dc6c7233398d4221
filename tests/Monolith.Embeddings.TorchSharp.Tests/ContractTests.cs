using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.TestKit;
using Monolith.Embeddings.TorchSharp.Tests.Support;
using TorchSharp;

namespace Monolith.Embeddings.TorchSharp.Tests;

/// <summary>A module behind the seam keeps what trainers and replicas expect of a model.</summary>
public class ContractTests
{
    // What TorchSharp itself allocates for the operations of a batch.
    private const long OwnGarbage = 24_000;

    private static IEnumerable<TestCaseData> Cases => Models.SelectMany(model =>
        new OnlineModelContract(model.Create) { AllowedAllocation = OwnGarbage }.Checks
            .Select(check => new TestCaseData(check).SetArgDisplayNames(model.Name, check.Name)));

    private static IEnumerable<(string Name, Func<FeatureSchema, OnlineModel> Create)> Models =>
    [
        ("Adagrad", schema => new TorchModel(schema, new ClickModule(schema))),
        ("AMSGrad", schema => new TorchModel(schema, new ClickModule(schema),
            new() { DenseOptimizer = new AdamOptions { LearningRate = 0.01f, AmsGrad = true } })),
        ("TorchSharp's AMSGrad", schema => new TorchModel(schema, new ClickModule(schema),
            new() { Optimizer = p => torch.optim.Adam(p, lr: 0.01, amsgrad: true) })),
        ("TorchSharp's momentum", schema => new TorchModel(schema, new ClickModule(schema),
            new() { Optimizer = p => torch.optim.SGD(p, 0.01, momentum: 0.9) })),
        ("one task", schema => new TorchModel(schema, new ClickModule(schema, tasks: 1), new() { Tasks = ["buy"] })),
    ];

    [TestCaseSource(nameof(Cases))]
    public void A_module_keeps_the_contract(ContractCheck check) => Assert.That(check.Run, Throws.Nothing);
}
