using System.Diagnostics.CodeAnalysis;

namespace Monolith.Embeddings.Serving.Requests;

/// <summary>
/// The state of something that is rented again and again: the number of the rental, which no other has, and whether it is in use at this
/// moment. A caller that hands it back while it is in use leaves it to the user to end the rental. Thread-safe.
/// </summary>
internal struct Rental
{
    private const long InUse = 1, IsEnding = 2, Next = 4;

    // One for the process: a handle that was read while another thread replaced it fits no other rental.
    private static long _newest;

    // The number, above the two flags; 0 while it is idle.
    private long _word;

    /// <summary>Begins a rental.</summary>
    /// <returns>Its number.</returns>
    public long Begin()
    {
        var number = Interlocked.Add(ref _newest, Next);
        Volatile.Write(ref _word, number);
        return number;
    }

    /// <summary>Begins to use it; <see cref="Exit"/> must follow.</summary>
    /// <exception cref="ObjectDisposedException">The rental is over.</exception>
    /// <exception cref="InvalidOperationException">It is in use.</exception>
    public void Enter(long number)
    {
        var found = Interlocked.CompareExchange(ref _word, number | InUse, number);
        if (found != number) Refuse(found, number);
    }

    /// <summary>Ends the use.</summary>
    /// <returns>Whether it was handed back meanwhile, so that the caller is to end the rental.</returns>
    public bool Exit(long number) => Interlocked.CompareExchange(ref _word, number, number | InUse) != (number | InUse);

    /// <summary>Hands it back.</summary>
    /// <returns>Whether the caller is to end the rental: not where it is over, or its user will.</returns>
    public bool TryHandBack(long number)
    {
        for (var found = Volatile.Read(ref _word); (found & ~InUse) == number;)
        {
            var before = Interlocked.CompareExchange(ref _word, found | InUse | IsEnding, found);
            if (before == found) return (found & InUse) == 0;
            found = before;
        }
        return false;
    }

    /// <summary>Ends the rental; its number is refused from here on.</summary>
    public void End() => Volatile.Write(ref _word, 0);

    /// <exception cref="ObjectDisposedException">Always.</exception>
    [DoesNotReturn]
    public static void ThrowHandedBack() =>
        throw new ObjectDisposedException(nameof(PredictionRequest), "The request was handed back: rent another one.");

    [DoesNotReturn]
    private static void Refuse(long found, long number)
    {
        if (found != (number | InUse)) ThrowHandedBack();
        throw new InvalidOperationException(
            "The request is in use by another thread, or by the model that predicts it. It serves one thread at a time; rent others.");
    }
}
