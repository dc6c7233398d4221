using Microsoft.Extensions.Options;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models;

/// <summary>
/// Vectors that all begin at zero never learn from their products; where nothing else teaches them, the model says so when it is made.
/// </summary>
public class ZeroVectorsTests
{
    private static readonly InitializerOptions Zeros = new ConstantInitializerOptions(), Evenly = new UniformInitializerOptions();

    private static readonly FtrlOptions StrongL1 = new() { L1 = 2, LearningRate = 0.05f };

    [Test]
    public void A_factorization_machine_of_zeros_is_refused_and_the_initializer_named()
    {
        var thrown = Assert.Throws<OptionsValidationException>(() => new FactorizationMachine(Schema(Zeros, Zeros)));
        Assert.That(thrown!.Message, Does.Contain("Initializer").And.Contain("'users', 'items'").And.Contain("UniformInitializerOptions"));
    }

    [Test]
    public void So_is_a_deep_one_whose_units_see_nothing_but_zeros()
    {
        Assert.That(() => new DeepFm(Schema(Zeros, Zeros)), Throws.InstanceOf<OptionsValidationException>());
        Assert.That(() => new DeepFm(Schema(Zeros, Zeros), new() { Hidden = [] }).Dispose(), Throws.Nothing, "a linear map has gradients");
        Assert.That(() => new DeepFm(Schema(Zeros, Zeros, denseWidth: 1)).Dispose(), Throws.Nothing,
            "dense features make units that are not zero");
    }

    [Test]
    public void So_is_an_L1_that_makes_the_first_values_zero()
    {
        Assert.That(() => new FactorizationMachine(Schema(Evenly, Evenly, StrongL1)),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains("L1"));
        Assert.That(() => new FactorizationMachine(Schema(Zeros, Zeros, new FtrlOptions { L1 = 0.01f })),
            Throws.InstanceOf<OptionsValidationException>());
        Assert.That(() => new FactorizationMachine(Schema(Evenly, Evenly, new FtrlOptions { L1 = 0.01f })).Dispose(), Throws.Nothing);
    }

    [Test]
    public void Zeros_beside_others_learn()
    {
        Assert.That(() => new FactorizationMachine(Schema(Zeros, Evenly)).Dispose(), Throws.Nothing);
        Assert.That(() => new LogisticRegression(Schema(Zeros, Zeros)).Dispose(), Throws.Nothing, "it has no use for vectors");
    }

    private static FeatureSchema Schema(InitializerOptions users, InitializerOptions items, OptimizerOptions? optimizer = null,
        int denseWidth = 0)
    {
        var f = new FeatureSchemaBuilder();
        f.Table("users", r => r.Bias(new FtrlOptions()).Vector(4, optimizer ?? new AdagradOptions(), users));
        f.Table("items", r => r.Bias(new FtrlOptions()).Vector(4, optimizer ?? new AdagradOptions(), items));
        f.Slot("user", "users");
        f.Slot("item", "items");
        f.Task("click");
        if (denseWidth > 0) f.Dense(denseWidth);
        return f.Build();
    }
}
