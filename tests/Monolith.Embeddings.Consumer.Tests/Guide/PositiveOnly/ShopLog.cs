using System.Globalization;

namespace Monolith.Embeddings.Consumer.Tests.Guide.PositiveOnly;

/// <summary>
/// Clicks of a made-up shop: 30 kinds of ten items; a user likes one kind for some days and then another one. Three items of each kind are
/// liked more.
/// </summary>
internal static class ShopLog
{
    public const int Kinds = 30, Users = 100;

    // A week holds a part of the log.
    private const int MinutesApart = 3;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public static IEnumerable<string> Lines(int clicks)
    {
        var (random, kinds) = (new Random(1), new int[Users]);
        for (var user = 0; user < Users; user++) kinds[user] = user % Kinds;
        for (var i = 0; i < clicks; i++)
        {
            var user = random.Next(Users);
            if (random.Next(60) == 0) kinds[user] = random.Next(Kinds);
            var item = random.Next(2) == 0 ? random.Next(3) : random.Next(10);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"user-{user},kind-{kinds[user]}-{item},{Start.AddMinutes(MinutesApart * i):yyyy-MM-dd HH:mm:ss}");
        }
    }

    /// <summary>
    /// The share of clicks on one of the 20 items that were clicked most in the seven days before; ties count in its favour.
    /// </summary>
    public static double BestSellers(int clicks)
    {
        var items = Lines(clicks).Select(line => line.Split(',')[1]).ToArray();
        const int Week = 7 * 24 * 60 / MinutesApart;
        return Enumerable.Range(0, clicks).Count(click =>
        {
            var counts = items[Math.Max(0, click - Week)..click].CountBy(item => item).ToDictionary();
            return counts.TryGetValue(items[click], out var own) && counts.Count(pair => pair.Value > own) < 20;
        }) / (double)clicks;
    }
}
