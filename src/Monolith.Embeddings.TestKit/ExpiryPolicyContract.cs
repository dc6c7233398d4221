using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.TestKit.Support;

namespace Monolith.Embeddings.TestKit;

/// <summary>What tables expect of an <see cref="ExpiryPolicy"/>.</summary>
/// <param name="create">Makes an instance with the options to be checked; each call a new one.</param>
public class ExpiryPolicyContract(Func<ExpiryPolicy> create) : PlugInContract
{
    private static readonly long[] Delays = [1, 60, 86_400, 400 * 86_400];

    /// <inheritdoc />
    public override IEnumerable<ContractCheck> Checks =>
    [
        new("The name is not empty and never changes", NameIsStable),
        new("An answer depends on the row and the time alone", AnswersAreFunctions),
        new("Threads do not disturb each other", ThreadsAreIndependent),
        new("No time is left exactly where a row is expired", () => ForEach(TimeLeftAgrees)),
        new("A row expires when the time left has passed, and not before", () => ForEach(TimeLeftIsTrue)),
        new("Time left never grows as time goes on", () => ForEach(TimeLeftFalls)),
        new("Counted ids are forgotten only up to now, and later no less", () => ForEach(ForgettingIsInThePast)),
        new("An answer allocates nothing", AnswersAllocateNothing),
    ];

    private static void ForEach(Action<SampleRow> check)
    {
        foreach (var sample in SampleRow.All) check(sample);
    }

    private void NameIsStable()
    {
        var policy = create();
        var name = policy.Name;
        Answers(policy, SampleRow.All);
        CheckName(name, policy.Name, create().Name);
    }

    private void AnswersAreFunctions()
    {
        var policy = create();
        var expected = Answers(policy, SampleRow.All);
        Expect.SameAnswers(expected, Answers(policy, SampleRow.All), "asked again");
        Expect.SameAnswers(expected, [.. Answers(policy, [.. SampleRow.All.Reverse()]).Reverse()], "asked in the opposite order");
        Expect.SameAnswers(expected, Answers(create(), SampleRow.All), "asked of another instance");
    }

    private void ThreadsAreIndependent()
    {
        var shared = create();
        var expected = Answers(create(), SampleRow.All);
        Crowd.Run(thread =>
        {
            for (var round = 0; round < 10; round++)
            {
                // Each thread begins elsewhere.
                var turn = (7 * round + 51 * thread) % expected.Length;
                Expect.SameAnswers([.. expected[turn..], .. expected[..turn]],
                    Answers(shared, [.. SampleRow.All.Skip(turn), .. SampleRow.All.Take(turn)]), "answers");
            }
        });
    }

    private void TimeLeftAgrees(SampleRow sample)
    {
        var policy = create();
        if (policy.TimeLeft(sample.Row(policy.ReadsWeights), sample.After()) is not { } left) return;
        Expect.That(left >= TimeSpan.Zero, $"{sample}: zero or more was expected to be left, but it is {left}");
        Expect.Same(policy.IsExpired(sample.Row(policy.ReadsWeights), sample.After()), left == TimeSpan.Zero,
            $"{sample}: whether the {left} left are none");
    }

    private void TimeLeftIsTrue(SampleRow sample)
    {
        var policy = create();
        if (policy.TimeLeft(sample.Row(policy.ReadsWeights), sample.After()) is not { } left || left == TimeSpan.Zero) return;
        var seconds = (long)Math.Ceiling(left.TotalSeconds);
        // Time itself ends with its 32 bits.
        if (sample.Now + seconds > uint.MaxValue - 5L) return;
        Expect.That(policy.IsExpired(sample.Row(policy.ReadsWeights), sample.After(seconds)),
            $"{sample} was expected to be expired after the {left} left, but is not");
        Expect.That(!policy.IsExpired(sample.Row(policy.ReadsWeights), sample.After(seconds - 1)),
            $"{sample} was not expected to be expired a second before the {left} left, but is");
    }

    private void TimeLeftFalls(SampleRow sample)
    {
        var policy = create();
        if (policy.TimeLeft(sample.Row(policy.ReadsWeights), sample.After()) is not { } left) return;
        foreach (var delay in Delays)
        {
            var later = policy.TimeLeft(sample.Row(policy.ReadsWeights), sample.After(delay));
            Expect.That(later <= left,
                $"{sample}: {left} or less was expected to be left {delay} seconds later, but it is {later?.ToString() ?? "not told"}");
        }
    }

    private void ForgettingIsInThePast(SampleRow sample)
    {
        var policy = create();
        var time = sample.After();
        if (policy.ForgetPendingUpTo(time) is not { } forgotten) return;
        Expect.That(forgotten <= time.NewestEventTime || forgotten <= time.Clock,
            $"ids seen up to {time} at most were expected to be forgotten, but it is up to {forgotten:O}");
        foreach (var delay in Delays)
        {
            var later = policy.ForgetPendingUpTo(sample.After(delay));
            Expect.That(later >= forgotten,
                $"ids seen up to {forgotten:O} or later were expected to be forgotten {delay} seconds after {time}, "
                + $"but it is {(later is null ? "none" : $"{later:O}")}");
        }
    }

    private void AnswersAllocateNothing()
    {
        var policy = create();
        Expect.NothingAllocated(() =>
        {
            for (var i = 0; i < SampleRow.All.Count; i++)
            {
                var sample = SampleRow.All[i];
                policy.IsExpired(sample.Row(policy.ReadsWeights), sample.After());
                policy.TimeLeft(sample.Row(policy.ReadsWeights), sample.After());
                policy.ForgetPendingUpTo(sample.After());
            }
        });
    }

    private static (bool, TimeSpan?, DateTimeOffset?)[] Answers(ExpiryPolicy policy, IReadOnlyList<SampleRow> samples) =>
        [.. samples.Select(s => (policy.IsExpired(s.Row(policy.ReadsWeights), s.After()),
            policy.TimeLeft(s.Row(policy.ReadsWeights), s.After()), policy.ForgetPendingUpTo(s.After())))];
}
