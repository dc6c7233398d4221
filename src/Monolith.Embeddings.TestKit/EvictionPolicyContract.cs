using Monolith.Embeddings.Eviction;
using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>What tables expect of an <see cref="EvictionPolicy"/>.</summary>
/// <param name="create">Makes an instance with the options to be checked; each call a new one.</param>
public class EvictionPolicyContract(Func<EvictionPolicy> create) : PlugInContract
{
    /// <inheritdoc />
    public override IEnumerable<ContractCheck> Checks =>
    [
        new("The name is not empty and never changes", NameIsStable),
        new("A score depends on the row alone", ScoresAreFunctions),
        new("Threads do not disturb each other", ThreadsAreIndependent),
        new("A score allocates nothing", ScoresAllocateNothing),
    ];

    private void NameIsStable()
    {
        var policy = create();
        var name = policy.Name;
        Scores(policy, SampleRow.All);
        CheckName(name, policy.Name, create().Name);
    }

    private void ScoresAreFunctions()
    {
        var policy = create();
        var expected = Scores(policy, SampleRow.All);
        Expect.SameAnswers(expected, Scores(policy, SampleRow.All), "asked again");
        Expect.SameAnswers(expected, [.. Scores(policy, [.. SampleRow.All.Reverse()]).Reverse()], "asked in the opposite order");
        Expect.SameAnswers(expected, Scores(create(), SampleRow.All), "asked of another instance");
    }

    private void ThreadsAreIndependent()
    {
        var shared = create();
        var expected = Scores(create(), SampleRow.All);
        Crowd.Run(thread =>
        {
            for (var round = 0; round < 10; round++)
            {
                // Each thread begins elsewhere.
                var turn = (7 * round + 51 * thread) % expected.Length;
                Expect.SameAnswers([.. expected[turn..], .. expected[..turn]],
                    Scores(shared, [.. SampleRow.All.Skip(turn), .. SampleRow.All.Take(turn)]), "scores");
            }
        });
    }

    private void ScoresAllocateNothing()
    {
        var policy = create();
        Expect.NothingAllocated(() =>
        {
            for (var i = 0; i < SampleRow.All.Count; i++) policy.Score(SampleRow.All[i].Row(policy.ReadsWeights));
        });
    }

    private static double[] Scores(EvictionPolicy policy, IReadOnlyList<SampleRow> samples) =>
        [.. samples.Select(s => policy.Score(s.Row(policy.ReadsWeights)))];
}
