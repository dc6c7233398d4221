using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Hosting.Tests.Support;

/// <summary>A user's own part, with every sort of property that configuration can set.</summary>
public sealed class OwnOptimizerOptions : OptimizerOptions
{
    public OptimizerOptions? Inner { get; set; }

    public IList<OptimizerOptions> Others { get; } = [];

    public double[]? Decays { get; set; }

    public IReadOnlyList<long> Steps { get; set; } = Array.Empty<long>();

    public IDictionary<int, TimeSpan> Waits { get; } = new Dictionary<int, TimeSpan>();

    public DayOfWeek? Day { get; set; }

    public string Note { get; set; } = "";

    public uint Count { get; set; }

    public Action? NotForFiles { get; set; }

    public override Optimizer Create() => throw new NotSupportedException();

    public override void CollectErrors(OptionErrors errors)
    {
        base.CollectErrors(errors);
        if (Inner is not null) errors.Nested(nameof(Inner), Inner);
        for (var i = 0; i < Others.Count; i++) errors.Nested($"{nameof(Others)}[{i}]", Others[i]);
    }
}
