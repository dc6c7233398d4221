using Monolith.Embeddings.Admission;
using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Initializers;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
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
        new MinOccurrencesOptions(0),
        new MinOccurrencesOptions(2),
        new MinOccurrencesOptions(7),
        new MinOccurrencesOptions(1000),
        new MinOccurrencesOptions(9) { BySlot = { [256] = 2, [291] = 1 } },
        new MinOccurrencesOptions(3) { HalfLife = TimeSpan.FromMinutes(4) },
        new MinOccurrencesOptions(3) { HalfLifeSteps = 9 },
        new MinOccurrencesOptions(3) { Counter = new SketchCounterOptions { Bytes = SketchCounterOptions.MinBytes } },
        new MinOccurrencesOptions(70) { Counter = new SketchCounterOptions { Capacity = 1, SignatureBits = 32 } },
        new MinOccurrencesOptions(2) { Counter = new SketchCounterOptions
        {
            Bytes = 3 * SketchCounterOptions.MinBytes
        }, HalfLifeSteps = 9 },
        new AdmitWithProbabilityOptions(5),
        new AdmitWithProbabilityOptions(5) { Chance = AdmissionChance.Equal },
        new AdmitIfOptions((in AdmissionRequest request) => request.Id % 2 == 0),
        new AllOfOptions(new MinOccurrencesOptions(3), new MinOccurrencesOptions(5) { HalfLifeSteps = 50 }),
        new AnyOfOptions(new MinOccurrencesOptions(3), new AdmitIfOptions((in AdmissionRequest request) => request.Step > 50)),
        new TimeToLiveOptions(TimeSpan.FromSeconds(1)),
        new TimeToLiveOptions(TimeToLiveOptions.Longest),
        new TimeToLiveOptions(TimeSpan.FromDays(1)) { Clock = ExpiryClock.WallClock },
        new LowNormOptions(1e-3),
        new ExpireIfOptions((in RowMetadata row, in ExpiryTime now) => row.Id % 2 == 0),
        new ExpireIfAllOptions(
            new TimeToLiveOptions(TimeSpan.FromDays(1)), new TimeToLiveOptions(TimeSpan.FromDays(2)) { Clock = ExpiryClock.WallClock }),
        new ExpireIfAnyOptions(new TimeToLiveOptions(TimeSpan.FromDays(40)), new LowNormOptions(1e-4)),
        new LeastFrequentlyUsedOptions { HalfLife = TimeSpan.FromDays(3) },
    ];

    public static IEnumerable<IValidatedOptions> All => WithDefaults.Concat(Others);

    /// <summary>
    /// Every part whose defaults can be used as they are, found by reflection, so that a new one is checked from its first day.
    /// </summary>
    private static IEnumerable<IValidatedOptions> WithDefaults => typeof(OptimizerOptions).Assembly.GetExportedTypes()
        .Where(
            type => type.IsAssignableTo(typeof(IValidatedOptions)) && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) is not null)
        .Where(type => type.BaseType != typeof(object))
        .Select(type => (IValidatedOptions)Activator.CreateInstance(type)!)
        .Where(options =>
        {
            var errors = new OptionErrors();
            options.CollectErrors(errors);
            return errors.Errors.Count == 0;
        });
}
