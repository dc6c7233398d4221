using Monolith.Embeddings.Admission;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Every kind of filter that the library has, for tests that hold for all of them.</summary>
internal static class AdmissionKinds
{
    public static readonly string[] Names = ["exact", "slots", "exact-time", "exact-steps", "sketch", "sketch-time", "sketch-steps", "chance", "all", "any", "nested"];

    /// <summary>Those that remember something.</summary>
    public static readonly string[] Counting = [.. Names.Except(["chance"])];

    public static AdmissionOptions Create(string name) => name switch
    {
        "exact" => new MinOccurrences(4),
        "slots" => new MinOccurrences(4) { BySlot = { [0] = 7, [2] = 1 } },
        "exact-time" => new MinOccurrences(4) { HalfLife = TimeSpan.FromSeconds(30) },
        "exact-steps" => new MinOccurrences(4) { HalfLifeSteps = 20 },
        "sketch" => Sketch(new MinOccurrences(4)),
        "sketch-time" => Sketch(new MinOccurrences(4) { HalfLife = TimeSpan.FromSeconds(30) }),
        "sketch-steps" => Sketch(new MinOccurrences(4) { HalfLifeSteps = 20 }),
        "chance" => new AdmitWithProbability(9) { Chance = AdmissionChance.Equal },
        "all" => new AllOf(Create("exact"), Create("sketch-steps"), Create("chance")),
        "any" => new AnyOf(Create("slots"), new AllOf(Create("chance"), Create("exact-time"))),
        _ => new AllOf(new AnyOf(Create("exact"), Create("sketch")), new AdmitIf((in AdmissionRequest request) => request.Id % 3 != 0)),
    };

    // So small that it forgets.
    private static MinOccurrences Sketch(MinOccurrences options)
    {
        options.Counter = new SketchCounter { Bytes = SketchCounter.MinBytes, SignatureBits = 8 };
        return options;
    }
}
