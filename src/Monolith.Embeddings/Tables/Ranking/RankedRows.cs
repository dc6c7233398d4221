namespace Monolith.Embeddings.Tables.Ranking;

/// <summary>
/// The rows of a table, in parts that are passed over one by one, each by any thread. A row that is there throughout is taken exactly once,
/// with its weights as they were at one moment. Thread-safe.
/// </summary>
internal abstract class RankedRows
{
    /// <summary>The table's name, for messages.</summary>
    public abstract string Name { get; }

    /// <summary>How many weights a row has.</summary>
    public abstract int Dimension { get; }

    /// <summary>How many parts there are.</summary>
    public abstract int Parts { get; }

    /// <summary>The number of rows, about.</summary>
    public abstract long Count { get; }

    /// <summary>Whether rows know their mixed ids alone.</summary>
    public abstract bool IdsAreMixed { get; }

    /// <summary>Takes the rows of a part.</summary>
    /// <param name="part">0 to <see cref="Parts"/> - 1.</param>
    /// <param name="lane">Takes them; one thread's.</param>
    public abstract void Scan(int part, TopKLane lane);

    /// <inheritdoc cref="Scan(int, TopKLane)" />
    public abstract void Scan(int part, RankLane lane);

    /// <summary>Adds the ids of a part, as they are at one moment.</summary>
    /// <param name="part">0 to <see cref="Parts"/> - 1.</param>
    /// <param name="ids">Receives them.</param>
    public abstract void CopyIds(int part, List<long> ids);

    /// <summary>The ids of all rows, part by part: each that is there throughout, once.</summary>
    public IEnumerable<long> EnumerateIds()
    {
        var ids = new List<long>();
        for (var part = 0; part < Parts; part++)
        {
            ids.Clear();
            CopyIds(part, ids);
            foreach (var id in ids) yield return id;
        }
    }
}
