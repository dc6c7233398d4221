using Monolith.Embeddings.Expiry;
using Monolith.Embeddings.Tables;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>Calls every verb of a table, one after the other, on random ids.</summary>
internal sealed class AnyVerb(EmbeddingTable table, int idCount, Random random)
{
    private const int Batch = 128;

    private readonly long[] _ids = new long[Batch];
    private readonly float[] _floats = new float[Batch * table.Dimension];
    private readonly bool[] _found = new bool[Batch];
    private uint _calls;

    /// <summary>How many verbs there are; this many steps call each of them once.</summary>
    public const int Count = 15;

    /// <summary>Calls the next verb.</summary>
    public void Step()
    {
        for (var i = 0; i < Batch; i++) _ids[i] = random.Next(idCount);
        var time = _calls;
        switch (_calls++ % Count)
        {
            case 0: table.Lookup(_ids, _floats); break;
            case 1: table.LookupOrAdmit(_ids, [], _floats, At.Seconds(time)); break;
            case 2: table.ApplyGradients(_ids, _floats, [], At.Seconds(time)); break;
            case 3: table.Assign(_ids, _floats, At.Seconds(time)); break;
            case 4: table.AssignAdd(_ids, _floats, At.Seconds(time)); break;
            case 5: table.Contains(_ids, _found); break;
            case 6: table.Remove(_ids); break;
            case 7: table.Evict(); break;
            case 8: table.Lookup(_ids[0], _floats.AsSpan(0, table.Dimension)); break;
            case 9: table.GetStatistics(); break;
            case 10: _ = table.Count + table.NewestEventTime.InSeconds() + table.UnaccountedBytes; break;
            case 11: _ = table.Explain(_ids[0]).HasRow; break;
            case 12: _ = table.DryRun(new TimeToLiveOptions(TimeSpan.FromSeconds(1))); break;
            case 13: Enumerate(); break;
            default:
                // A table that is cleared at each turn would hold nothing.
                if (random.Next(8) == 0) table.Clear();
                break;
        }
    }

    private void Enumerate()
    {
        using var rows = table.EnumerateRows(Batch);
        foreach (var chunk in rows) chunk.Ids.CopyTo(_ids);
    }
}
