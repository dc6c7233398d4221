using System.Text;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using Monolith.Embeddings.Streams.Joining.Entries;
using Monolith.Embeddings.Streams.Joining.Journal;

namespace Monolith.Embeddings.Tests.Streams.Joining.Journal;

/// <summary>Random journals in random pieces, held against their entries converted one by one.</summary>
public class JournalConversionTests
{
    private const long Begin = 700;

    // Task 0 has another place, task 1 is gone.
    private static int TaskOf(int task) => task == 0 ? 1 : -1;

    [Test]
    public async Task Entries_are_converted_in_order_and_the_first_that_counts_stays_it([Range(0, 39)] int seed)
    {
        var random = new Random(seed);
        var entries = Enumerable.Range(0, random.Next(1, 30)).Select(i => Draw(random, i)).ToList();
        var converted = entries.Select(Converted).ToList();
        var first = random.Next(entries.Count);
        var section = Section(random, entries, Begin + entries.Take(first).Sum(entry => entry.Length), out var segments);
        var conversion = new JournalConversion(section, row => Doubled(row.Span), TaskOf);
        var (now, pieces) = await conversion.RunAsync(segments, name => name == "click" ? "clicked" : null, CancellationToken.None);
        using var all = new MemoryStream();
        foreach (var (piece, (name, from, to)) in pieces.Zip(now.Pieces))
        {
            Assert.That((piece.Name, from), Is.EqualTo((name, Begin + all.Length)));
            await using var stream = await (await piece.CopyAsync(CancellationToken.None)).OpenAsync();
            await stream.CopyToAsync(all);
            Assert.That(to, Is.EqualTo(Begin + all.Length));
        }
        Assert.That(all.ToArray(), Is.EqualTo(converted.SelectMany(entry => entry)));
        Assert.That(now.Mark.JournalStart, Is.EqualTo(Begin + converted.Take(first).Sum(entry => entry.Length)));
        Assert.That(now.Mark.JournalEnd, Is.EqualTo(Begin + all.Length));
        Assert.That(now.Pieces.Select(piece => piece.Name), Is.Unique);
        Assert.That(now.Terms.Values.Single().Value, Is.EqualTo("clicked"));
        Assert.That(conversion.Impressions, Is.EqualTo(entries.Count(entry => KindOf(entry) == JoinEntryKind.Impression)));
    }

    private static JoinEntryKind KindOf(byte[] entry) => JoinEntryHead.Read(entry).Kind;

    private static JournalSection Section(Random random, List<byte[]> entries, long start, out List<SourceSegment> segments)
    {
        segments = [];
        var (pieces, at, left) = (new List<(string, long, long)>(), Begin, entries.AsEnumerable());
        // The first piece has the first entry that counts, or lies before it, as a store has them.
        while (left.Any())
        {
            var count = random.Next(1, 6);
            byte[] bytes = [.. left.Take(count).SelectMany(entry => entry)];
            left = left.Skip(count).ToList();
            var name = $"{at}-{at + bytes.Length}.{pieces.Count}";
            var segment = new SourceSegment(name, (stream, token) => stream.WriteAsync(bytes, token).AsTask());
            segments.Add(segment.CopyAsync(CancellationToken.None).GetAwaiter().GetResult());
            pieces.Add((name, at, at + bytes.Length));
            at += bytes.Length;
        }
        var mark = new JoinMark(StreamPosition.Start, JoinFrontier.Start, start, at, default, JoinDecisions.None);
        return new JournalSection(new JoinTerms([KeyValuePair.Create(JoinTerms.Tasks, "click, buy")]), mark, pieces.Count, pieces);
    }

    private static byte[] Draw(Random random, int i)
    {
        var key = Encoding.UTF8.GetBytes($"key {random.Next(1000)}");
        if (random.Next(2) == 0)
        {
            var row = new byte[random.Next(0, 40)];
            random.NextBytes(row);
            return Entry(JoinEntryKind.Impression, key, i, row);
        }
        var payload = new byte[JoinedAction.Bytes];
        new JoinedAction(i, random.Next(2), random.NextSingle()).Write(payload);
        return Entry(JoinEntryKind.Action, key, i, payload);
    }

    private static byte[] Converted(byte[] entry)
    {
        var head = JoinEntryHead.Read(entry);
        var (key, payload) = (entry[JoinEntryHead.Bytes..head.PayloadAt], entry[head.PayloadAt..]);
        if (head.Kind == JoinEntryKind.Impression) return Entry(head.Kind, key, head.Time, Doubled(payload));
        var action = JoinedAction.Read(payload);
        if (action.Task == 1) return [];
        (action with { Task = 1 }).Write(payload);
        return Entry(head.Kind, key, head.Time, payload);
    }

    private static byte[] Doubled(ReadOnlySpan<byte> row) => [.. row, .. row];

    private static byte[] Entry(JoinEntryKind kind, byte[] key, long time, byte[] payload)
    {
        var entry = new byte[JoinEntryHead.Bytes + key.Length + payload.Length];
        new JoinEntryHead(entry.Length, kind, key.Length, time).Write(entry);
        key.CopyTo(entry, JoinEntryHead.Bytes);
        payload.CopyTo(entry, JoinEntryHead.Bytes + key.Length);
        return entry;
    }
}
