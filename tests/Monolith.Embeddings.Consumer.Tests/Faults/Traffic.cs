using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Consumer.Tests.Faults;

/// <summary>Random verbs on the tables of a set: the same seed does the same to two sets.</summary>
internal static class Traffic
{
    private static readonly int[] Counts = [1, 1, 2, 3, 1000, int.MaxValue];
    private static readonly long[] Corners = [0, -1, 1, long.MinValue, long.MaxValue, (long)1 << 48, -((long)1 << 48)];
    private static readonly float[] Numbers = [0, -0f, 1e-40f, 1, -1, 3e38f, -60000];

    public static void Run(EmbeddingTableSet set, int seed, long step)
    {
        var random = new Random(seed);
        var time = (uint)(1_700_000_000 + step * 100);
        for (var verb = 0; verb < 6; verb++) Verb(set, set.Tables[random.Next(set.Tables.Count)], random, time, step * 6 + verb);
    }

    private static void Verb(EmbeddingTableSet set, EmbeddingTable table, Random random, uint time, long step)
    {
        var ids = Enumerable.Range(0, random.Next(120)).Select(_ => Id(random)).ToArray();
        var values = new float[ids.Length * table.Dimension];
        var counts = random.Next(2) == 0 ? [] : ids.Select(_ => Counts[random.Next(Counts.Length)]).ToArray();
        switch (random.Next(12))
        {
            case <= 2:
                table.LookupOrAdmit(ids, counts, values, At.Seconds(time), step);
                break;
            case <= 6:
                Fill(values, random);
                table.ApplyGradients(ids, values, counts, At.Seconds(time), step, (AbsentIds)random.Next(2));
                break;
            case 7:
                Fill(values, random);
                table.Assign(ids, values, At.Seconds(time));
                break;
            case 8:
                Fill(values, random);
                table.AssignAdd(ids, values, At.Seconds(time));
                break;
            case 9:
                table.Remove(ids.AsSpan(0, ids.Length / 3));
                break;
            case 10:
                if (random.Next(5) == 0) table.Clear();
                break;
            default:
                set.Evict();
                break;
        }
    }

    private static long Id(Random random) => random.Next(10) == 0 ? Corners[random.Next(Corners.Length)] : random.Next(400) - 200;

    private static void Fill(float[] values, Random random)
    {
        for (var place = 0; place < values.Length; place++)
            values[place] = random.Next(50) == 0 ? Numbers[random.Next(Numbers.Length)] : (random.NextSingle() - 0.5f) * 0.1f;
    }
}
