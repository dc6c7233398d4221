using Monolith.Embeddings.Admission;

namespace Monolith.Embeddings.Tests.Tables;

/// <summary>Every kind of filter that the library has, for tests that hold for all of them.</summary>
internal static class AdmissionKinds
{
    public static readonly string[] Names =
        ["exact", "slots", "exact-time", "exact-steps", "sketch", "sketch-time", "sketch-steps", "chance", "all", "any", "nested"];

    /// <summary>Those that remember something.</summary>
    public static readonly string[] Counting = [.. Names.Except(["chance"])];

    public static AdmissionFilterOptions Create(string name) => name switch
    {
        "exact" => new MinOccurrencesOptions(4),
        "slots" => new MinOccurrencesOptions(4) { BySlot = { [0] = 7, [2] = 1 } },
        "exact-time" => new MinOccurrencesOptions(4) { HalfLife = TimeSpan.FromSeconds(30) },
        "exact-steps" => new MinOccurrencesOptions(4) { HalfLifeSteps = 20 },
        "sketch" => Sketch(new MinOccurrencesOptions(4)),
        "sketch-time" => Sketch(new MinOccurrencesOptions(4) { HalfLife = TimeSpan.FromSeconds(30) }),
        "sketch-steps" => Sketch(new MinOccurrencesOptions(4) { HalfLifeSteps = 20 }),
        "chance" => new AdmitWithProbabilityOptions(9) { Chance = AdmissionChance.Equal },
        "all" => new AllOfOptions(Create("exact"), Create("sketch-steps"), Create("chance")),
        "any" => new AnyOfOptions(Create("slots"), new AllOfOptions(Create("chance"), Create("exact-time"))),
        _ => new AllOfOptions(
            new AnyOfOptions(Create("exact"), Create("sketch")), new AdmitIfOptions((in AdmissionRequest request) => request.Id % 3 != 0)),
    };

    // So small that it forgets.
    private static MinOccurrencesOptions Sketch(MinOccurrencesOptions options)
    {
        options.Counter = new SketchCounterOptions { Bytes = SketchCounterOptions.MinBytes, SignatureBits = 8 };
        return options;
    }
}
