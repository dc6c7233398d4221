using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

internal static class WrongExpiryPolicies
{
    private const uint Day = 86_400;

    private static int _instances;

    private delegate T Answer<T>(in RowMetadata row, in ExpiryTime now);

    public static IEnumerable<(string Rule, PlugInContract Contract)> All =>
    [
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = "" })),
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = $"{_instances++}" })),
        ("An answer depends on the row and the time alone", Contract(Counting)),
        ("Threads do not disturb each other", Contract(Shared)),
        ("No time is left exactly where a row is expired", Contract(() => new Wrong { Expired = (in _, in _) => true })),
        ("No time is left exactly where a row is expired", Contract(() => new Wrong { Left = (in _, in _) => TimeSpan.FromSeconds(-1) })),
        ("A row expires when the time left has passed, and not before",
            Contract(() => new Wrong { Left = (in row, in now) => 2 * Rest(in row, in now) })),
        ("A row expires when the time left has passed, and not before",
            Contract(() => new Wrong { Left = (in row, in now) => Rest(in row, in now) / 2 })),
        ("Time left never grows as time goes on",
            Contract(() => new Wrong { Left = (in row, in now) => TimeSpan.FromSeconds(now.Clock.InSeconds()) })),
        ("Time left never grows as time goes on",
            Contract(() => new Wrong { Left = (in row, in now) => now.Clock.InSeconds() % 2 == 0 ? Rest(in row, in now) : null })),
        ("Counted ids are forgotten only up to now, and later no less",
            Contract(() => new Wrong { Forgotten = now => DateTimeOffset.MaxValue })),
        ("Counted ids are forgotten only up to now, and later no less",
            Contract(() => new Wrong { Forgotten = now => now.Clock.InSeconds() / Day % 2 == 0 ? At.Seconds(1) : null })),
        ("An answer allocates nothing",
            Contract(() => new Wrong { Forgotten = now => At.Seconds(new byte[now.Clock.InSeconds() % 2].Length) })),
    ];

    private static ExpiryPolicyContract Contract(Func<ExpiryPolicy> create) => new(create);

    private static TimeSpan Rest(in RowMetadata row, in ExpiryTime now) =>
        TimeSpan.FromSeconds(Math.Max(0, (long)row.LastUpdate.InSeconds() + Day - now.NewestEventTime.InSeconds()));

    private static Wrong Counting()
    {
        var asked = 0;
        return new Wrong { Expired = (in _, in _) => ++asked % 3 == 0 };
    }

    // Right on one thread: what it works in is shared by all.
    private static Wrong Shared()
    {
        var (newest, moment) = (0u, new WrongMoment());
        return new Wrong
        {
            Expired = (in row, in now) =>
            {
                newest = row.LastUpdate.InSeconds();
                moment.Await(ref newest, row.LastUpdate.InSeconds());
                return newest + Day <= now.NewestEventTime.InSeconds();
            },
        };
    }

    private sealed class Wrong : ExpiryPolicy
    {
        public string Text { get; init; } = "wrong";

        public Answer<bool> Expired { get; init; } = (in row, in now) => Rest(in row, in now) == TimeSpan.Zero;

        public Answer<TimeSpan?> Left { get; init; } = (in row, in now) => Rest(in row, in now);

        public Func<ExpiryTime, DateTimeOffset?> Forgotten { get; init; } = _ => null;

        public override string Name => Text;

        public override bool IsExpired(in RowMetadata row, in ExpiryTime now) => Expired(in row, in now);

        public override TimeSpan? TimeLeft(in RowMetadata row, in ExpiryTime now) => Left(in row, in now);

        public override DateTimeOffset? ForgetPendingUpTo(in ExpiryTime now) => Forgotten(now);
    }
}
