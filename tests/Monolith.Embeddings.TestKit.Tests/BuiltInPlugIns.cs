using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.TestKit.Tests;

/// <summary>The library's own parts: each class of options with its defaults, and some with others.</summary>
internal static class BuiltInPlugIns
{
    // What the defaults do not reach.
    private static readonly IValidatedOptions[] Others =
    [
        new AdagradOptions { WeightDecay = 0.01f, Epsilon = 0.1f },
        new AdagradOptions { WeightDecay = 0.01f, Decoupled = true, Schedule = new WarmUp { Steps = 20 } },
        new AdamOptions { WeightDecay = 0.01f, Epsilon = 0.5f },
        new AdamOptions { WeightDecay = 0.01f, Decoupled = true, AmsGrad = true },
        new AdamOptions { Nesterov = true, Schedule = new PolynomialDecay { Steps = 25, Cycle = true } },
        new MomentumOptions { Nesterov = true },
        new DelayCompensationOptions { Inner = new AdamOptions(), Lambda = 0.05f },
        new GroupAdagradOptions { Clipping = new GradientClipping { Value = 5, Norm = 8 } },
        new FtrlOptions { L1 = 0.5f, L2 = 0.1f, InitialAccumulator = 0.5f },
        new SgdOptions { WeightDecay = 0.01f },
        new ConstantInitializerOptions { Value = -0.5f },
        new NormalInitializerOptions { Mean = 5, StandardDeviation = 3 },
        new UniformInitializerOptions { Minimum = -3, Maximum = -3 },
        new MinOccurrences(0),
        new MinOccurrences(2),
        new MinOccurrences(7),
        new MinOccurrences(1000),
        new MinOccurrences(9) { BySlot = { [256] = 2, [291] = 1 } },
        new MinOccurrences(3) { HalfLife = TimeSpan.FromMinutes(4) },
        new MinOccurrences(3) { HalfLifeSteps = 9 },
        new MinOccurrences(3) { Counter = new SketchCounter { Bytes = SketchCounter.MinBytes } },
        new MinOccurrences(70) { Counter = new SketchCounter { Capacity = 1, SignatureBits = 32 } },
        new MinOccurrences(2) { Counter = new SketchCounter { Bytes = 3 * SketchCounter.MinBytes }, HalfLifeSteps = 9 },
        new AdmitWithProbability(5),
        new AdmitWithProbability(5) { Chance = AdmissionChance.Equal },
        new AdmitIf((in AdmissionRequest request) => request.Id % 2 == 0),
        new AllOf(new MinOccurrences(3), new MinOccurrences(5) { HalfLifeSteps = 50 }),
        new AnyOf(new MinOccurrences(3), new AdmitIf((in AdmissionRequest request) => request.Step > 50)),
        new TimeToLive(TimeSpan.FromSeconds(1)),
        new TimeToLive(TimeToLive.Longest),
        new TimeToLive(TimeSpan.FromDays(1)) { Clock = ExpiryClock.WallClock },
        new LowNorm(1e-3),
        new ExpireIf((in RowMetadata row, in ExpiryTime now) => row.Id % 2 == 0),
        new ExpireIfAll(new TimeToLive(TimeSpan.FromDays(1)), new TimeToLive(TimeSpan.FromDays(2)) { Clock = ExpiryClock.WallClock }),
        new ExpireIfAny(new TimeToLive(TimeSpan.FromDays(40)), new LowNorm(1e-4)),
        new LeastFrequentlyUsedOptions { HalfLife = TimeSpan.FromDays(3) },
    ];

    public static IEnumerable<IValidatedOptions> All => WithDefaults.Concat(Others);

    /// <summary>Every part whose defaults can be used as they are, found by reflection, so that a new one is checked from its first day.</summary>
    private static IEnumerable<IValidatedOptions> WithDefaults => typeof(OptimizerOptions).Assembly.GetExportedTypes()
        .Where(type => type.IsAssignableTo(typeof(IValidatedOptions)) && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null)
        .Where(type => type.BaseType != typeof(object))
        .Select(type => (IValidatedOptions)Activator.CreateInstance(type)!)
        .Where(options =>
        {
            var errors = new OptionErrors();
            options.CollectErrors(errors);
            return errors.Messages.Count == 0;
        });
}
