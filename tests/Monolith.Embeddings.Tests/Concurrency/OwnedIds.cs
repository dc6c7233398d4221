namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// Ids that each have one writer, which numbers what it does to an id from 1 on. The number says what was done, so that a reader knows of
/// every answer whether it could be: number n writes a row whose floats all hold <see cref="Value"/>, but every 16th number removes the
/// row.
/// </summary>
internal sealed class OwnedIds(int count)
{
    public const int Last = (1 << 24) / Residues - 1;

    private const int Residues = 16;
    private const int RemovalPeriod = 16;

    private readonly int[] _begun = new int[count];
    private readonly int[] _done = new int[count];

    public int Count => count;

    /// <summary>What the row of an id holds; the id shows in it, so that the row of another one is noticed. Exact in a float.</summary>
    public static float Value(long id, int number) => number * Residues + Residue(id);

    /// <summary>The number that a row's value shows; false where the value is not one of this id.</summary>
    public static bool TryNumber(long id, float value, out int number)
    {
        number = (int)value / Residues;
        return value == Value(id, number) && number > 0;
    }

    /// <summary>Whether there is no row after this number.</summary>
    public static bool IsAbsence(int number) => number == 0 || number % RemovalPeriod == RemovalPeriod - 1;

    /// <summary>The first number from one on after which there is no row.</summary>
    public static int NextAbsence(int number) => number == 0 ? 0 : number | (RemovalPeriod - 1);

    /// <summary>The writer is about to do the next thing to an id.</summary>
    public int Begin(int id)
    {
        var number = _begun[id] + 1;
        if (number > Last) throw new InvalidOperationException($"A float holds {Last} versions and no more; use more ids.");
        Volatile.Write(ref _begun[id], number);
        return number;
    }

    /// <summary>The writer has done it.</summary>
    public void End(int id) => Volatile.Write(ref _done[id], _begun[id]);

    public int Begun(int id) => Volatile.Read(ref _begun[id]);

    public int Done(int id) => Volatile.Read(ref _done[id]);

    private static int Residue(long id) => (int)(id % Residues);
}
