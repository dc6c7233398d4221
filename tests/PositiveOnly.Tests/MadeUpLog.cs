namespace PositiveOnly.Tests;

/// <summary>Choices in a shop of twenty kinds of ten items; a user likes one kind for some time.</summary>
internal static class MadeUpLog
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static Choice[] Of(int count)
    {
        var (random, kinds) = (new Random(1), new int[50]);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var user = random.Next(kinds.Length);
            if (random.Next(30) == 0) kinds[user] = random.Next(20);
            // Two lines in a row have one time.
            return new Choice(user, 10 * kinds[user] + random.Next(10), Start.AddMinutes(i / 2 * 20));
        })];
    }
}
