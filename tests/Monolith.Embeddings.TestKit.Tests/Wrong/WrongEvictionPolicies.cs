using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

internal static class WrongEvictionPolicies
{
    private static int _instances;

    private delegate double Scoring(in RowMetadata row);

    public static IEnumerable<(string Rule, PlugInContract Contract)> All =>
    [
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = "" })),
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = $"{_instances++}" })),
        ("A score depends on the row alone", Contract(Counting)),
        ("Threads do not disturb each other", Contract(Shared)),
        ("A score allocates nothing", Contract(() => new Wrong { Rank = (in row) => new byte[row.LastUpdate.InSeconds() % 2].Length })),
    ];

    private static EvictionPolicyContract Contract(Func<EvictionPolicy> create) => new(create);

    private static Wrong Counting()
    {
        var asked = 0;
        return new Wrong { Rank = (in _) => ++asked };
    }

    // Right on one thread: what it works in is shared by all.
    private static Wrong Shared()
    {
        var (updated, moment) = (0u, new WrongMoment());
        return new Wrong
        {
            Rank = (in row) =>
            {
                updated = row.LastUpdate.InSeconds();
                moment.Await(ref updated, row.LastUpdate.InSeconds());
                return updated;
            },
        };
    }

    private sealed class Wrong : EvictionPolicy
    {
        public string Text { get; init; } = "wrong";

        public Scoring Rank { get; init; } = (in row) => row.LastUpdate.InSeconds();

        public override string Name => Text;

        public override double Score(in RowMetadata row) => Rank(in row);
    }
}
