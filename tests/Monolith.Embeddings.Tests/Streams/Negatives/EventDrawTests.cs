using Monolith.Embeddings.Streams.Negatives;
using Monolith.Embeddings.Streams.Negatives.Items;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>Draws from items that stay as they are: how often each comes is what its offset says.</summary>
public class EventDrawTests
{
    private const int Events = 60_000;

    [Test]
    public void Items_come_as_often_as_their_offsets_say([Values(0, 0.5, 0.75, 1)] double power, [Values(1, 4)] int perPositive)
    {
        var (items, draw) = Create(power, perPositive, seed: 11, counts: [1, 2, 3, 50, 5, 8, 13, 21, 34, 55]);
        int[] rejected = [3, 7, 3];
        CheckFrequencies(items, draw, rejected, own: 4, perPositive);
    }

    [Test]
    public void They_do_where_nearly_all_weight_is_rejected([Values(0, 0.75, 1)] double power)
    {
        var (items, draw) = Create(power, 2, seed: 12, counts: [1, 1_000_000, 3, 2, 2_000_000, 4]);
        CheckFrequencies(items, draw, [4, 2], own: 1, perPositive: 2);
        var total = items.Tree?.Total;
        draw.Begin(0, 1, default);
        draw.Reject(4);
        draw.EndRejections();
        draw.Next();
        draw.End();
        Assert.That(items.Tree?.Total, Is.EqualTo(total), "the tree is as it was, to the bit");
    }

    [Test]
    public void A_positive_has_the_mean_odds_of_the_others_events([Values(0, 0.5, 1)] double power, [Range(0, 5)] int own)
    {
        double[] counts = [1, 2, 30, 5, 8, 13];
        var (items, draw) = Create(power, 2, seed: 13, counts);
        draw.Begin(0, own, default);
        draw.EndRejections();
        var positive = Math.Exp(draw.PositiveOffset());
        draw.End();
        var (sum, weights) = (0.0, 0.0);
        for (var other = 0; other < counts.Length; other++)
        {
            if (other == own) continue;
            draw.Begin(0, other, default);
            draw.EndRejections();
            sum += counts[other] * Math.Exp(draw.OffsetAt(own));
            weights += counts[other];
            draw.End();
        }
        Assert.That(positive, Is.EqualTo(sum / weights).Within(1e-4).Percent);
    }

    [Test]
    public void Another_seed_or_event_draws_others_and_the_same_ones_the_same()
    {
        double[] counts = [.. Enumerable.Range(1, 1000)];
        foreach (var power in new[] { 0, 0.5 })
        {
            var first = Draws(Create(power, 5, 1, counts).Draw, 0);
            Assert.That(Draws(Create(power, 5, 1, counts).Draw, 0), Is.EqualTo(first));
            Assert.That(Draws(Create(power, 5, 2, counts).Draw, 0), Is.Not.EqualTo(first));
            Assert.That(Draws(Create(power, 5, 1, counts).Draw, 1), Is.Not.EqualTo(first));
        }
    }

    private static int[] Draws(EventDraw draw, long number)
    {
        draw.Begin(number, -1, new(1, 1, 1));
        draw.EndRejections();
        int[] places = [.. Enumerable.Range(0, draw.Count).Select(_ => draw.Next())];
        draw.End();
        return places;
    }

    private static void CheckFrequencies(ItemStore items, EventDraw draw, int[] rejected, int own, int perPositive)
    {
        var (found, shares) = (new double[items.Count], new double[items.Count]);
        for (var number = 0; number < Events; number++)
        {
            draw.Begin(number, own, default);
            foreach (var place in rejected) draw.Reject(place);
            draw.EndRejections();
            Assert.That(draw.Count, Is.EqualTo(perPositive));
            for (var place = 0; number == 0 && place < shares.Length; place++)
                shares[place] = place == own || rejected.Contains(place) ? 0 : Math.Exp(-draw.OffsetAt(place));
            for (var i = 0; i < draw.Count; i++) found[draw.Next()]++;
            draw.End();
        }
        var candidates = shares.Count(share => share > 0);
        Assert.That(shares.Sum(), Is.EqualTo(perPositive).Within(1e-5), "k Q, over all candidates");
        var square = 0.0;
        for (var place = 0; place < shares.Length; place++)
        {
            if (shares[place] == 0) Assert.That(found[place], Is.Zero, $"place {place} is rejected");
            else square += Math.Pow(found[place] - (Events * shares[place]), 2) / (Events * shares[place]);
        }
        // Beyond it lie 1 of 10,000 fixed seeds; draws without replacement vary less.
        Assert.That(square, Is.LessThan(candidates - 1 + (3.72 * Math.Sqrt(2 * (candidates - 1))) + 8));
    }

    private static (ItemStore Items, EventDraw Draw) Create(double power, int perPositive, ulong seed, double[] counts)
    {
        var arrays = new SamplerArrays(0, 0);
        arrays.Begin(1);
        var items = new ItemStore(arrays, new Popularity(power, 0), 1 << 20, long.MaxValue);
        for (var place = 0; place < counts.Length; place++)
        {
            items.See(-1, place * 10L, 0, []);
            arrays.Items.Change(place).Count = counts[place];
        }
        items.Rebuild();
        return (items, new EventDraw(items, perPositive, seed));
    }
}
