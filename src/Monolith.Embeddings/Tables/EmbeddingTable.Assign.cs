using System.Runtime.CompilerServices;
using Monolith.Embeddings.Kernels.Segments;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Capacity;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Tables;

public sealed partial class EmbeddingTable
{
    /// <summary>
    /// Sets rows, and resets their optimizer state. An id without a row gets one; the admission filter is not asked.
    /// </summary>
    /// <param name="ids">Any ids, [n]; the last place of a repeated id wins.</param>
    /// <param name="values">The weights, [n, <see cref="Dimension"/>].</param>
    /// <param name="eventTime">
    /// The time of the change, rounded down to whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> stands for the newest that the table
    /// knows. A row's last update never goes down.
    /// </param>
    /// <returns>
    /// How many places were written; fewer than n where the table is full and refused a new row, where values don't fit the precision that
    /// rows are stored in, or where a weight or a number of the state that follows from it would be infinite.
    /// </returns>
    /// <exception cref="ArgumentException">The lengths do not fit, or a value is not finite; nothing changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The time lies before 1970 or after 2106-02-07 06:28:15; nothing changed.
    /// </exception>
    /// <exception cref="BatchInterruptedException">
    /// Memory ran out, a plug-in threw, or ids changed while they were read; every row is whole.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    [OverloadResolutionPriority(1)]
    public int Assign(ReadOnlySpan<long> ids, ReadOnlySpan<float> values, DateTimeOffset eventTime) =>
        Assign(ids, values, EventSeconds.Of(eventTime), isAdded: false);

    /// <summary>
    /// Adds to the weights of rows, and keeps their optimizer state. An id without a row reads zeros and so gets a row of the values
    /// themselves; the admission filter is not asked.
    /// </summary>
    /// <param name="ids">Any ids, [n]; every place of a repeated id is added.</param>
    /// <param name="values">What to add, [n, <see cref="Dimension"/>].</param>
    /// <param name="eventTime">
    /// The time of the change, rounded down to whole seconds; <see cref="DateTimeOffset.UnixEpoch"/> stands for the newest that the table
    /// knows. A row's last update never goes down.
    /// </param>
    /// <inheritdoc cref="Assign(ReadOnlySpan{long}, ReadOnlySpan{float}, DateTimeOffset)" path="/returns" />
    /// <inheritdoc cref="Assign(ReadOnlySpan{long}, ReadOnlySpan{float}, DateTimeOffset)" path="/exception" />
    public int AssignAdd(ReadOnlySpan<long> ids, ReadOnlySpan<float> values, DateTimeOffset eventTime) =>
        Assign(ids, values, EventSeconds.Of(eventTime), isAdded: true);

    private int Assign(ReadOnlySpan<long> ids, ReadOnlySpan<float> values, uint eventTime, bool isAdded)
    {
        RequireRows(ids.Length, values.Length, nameof(values));
        RequireFinite(values);
        eventTime = _clock.Advance(eventTime);
        using var reservation = BatchReservation.Rent(_resources, asksFilter: false);
        var verb = new AssignVerb(_rules, ids, values, [], eventTime, isAdded, reservation);
        _admitting.Run(ids, RowBytes, ref verb, reservation);
        return verb.Written;
    }

    /// <summary>
    /// Sets rows as <see cref="Assign(ReadOnlySpan{long}, ReadOnlySpan{float}, DateTimeOffset)"/> does, each with a time of its own that
    /// the caller guarantees, such as rows of another program: times need no confirmation, and the newest of them becomes the table's
    /// newest event time, unless that is later.
    /// </summary>
    /// <param name="ids">Any ids, [n]; the last place of a repeated id wins.</param>
    /// <param name="values">The weights, [n, <see cref="Dimension"/>].</param>
    /// <param name="eventTimesMilliseconds">
    /// The times, in milliseconds since the Unix epoch, [n]: 0, where none is known, to <see cref="LatestEventTime"/>. Rounded down to
    /// whole seconds. A row's last update never goes down.
    /// </param>
    /// <inheritdoc cref="Assign(ReadOnlySpan{long}, ReadOnlySpan{float}, DateTimeOffset)" path="/returns" />
    /// <exception cref="ArgumentException">The lengths do not fit, or a value is not finite; nothing changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A time lies before 1970 or after <see cref="LatestEventTime"/>; nothing changed.
    /// </exception>
    /// <exception cref="BatchInterruptedException">
    /// Memory ran out, a plug-in threw, or ids or times changed while they were read; every row is whole.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The table is disposed.</exception>
    public int Assign(ReadOnlySpan<long> ids, ReadOnlySpan<float> values, ReadOnlySpan<long> eventTimesMilliseconds)
    {
        RequireRows(ids.Length, values.Length, nameof(values));
        RequireFinite(values);
        var newest = NewestOf(ids.Length, eventTimesMilliseconds);
        _stripes.Gate.RequireOpen();
        if (newest > NewestEventSeconds) _clock.ConfirmImported(newest);
        using var reservation = BatchReservation.Rent(_resources, asksFilter: false);
        var verb = new AssignVerb(_rules, ids, values, eventTimesMilliseconds, 0, false, reservation);
        _admitting.Run(ids, RowBytes, ref verb, reservation);
        return verb.Written;
    }

    // In seconds; 0 where no time is known.
    private uint NewestOf(int count, ReadOnlySpan<long> eventTimesMilliseconds)
    {
        if (eventTimesMilliseconds.Length != count)
            throw new ArgumentException(
                $"Table '{Name}': {count} ids need {count} times, but there are {eventTimesMilliseconds.Length}.",
                nameof(eventTimesMilliseconds));
        var (newest, latest) = (0L, EventSeconds.Milliseconds(EventTimes.LatestSecond) + 999);
        foreach (var time in eventTimesMilliseconds)
        {
            if (time < 0 || time > latest)
                throw OutOfRange.Of(nameof(eventTimesMilliseconds), time,
                    $"Table '{Name}': {time} is no event time in milliseconds since the Unix epoch that the table takes yet: these "
                    + "go from 0 to "
                    + $"{latest}, which is {DateTimeOffset.FromUnixTimeMilliseconds(latest):u}.");
            newest = Math.Max(newest, time);
        }
        return EventSeconds.OfMilliseconds(newest);
    }

    private void RequireFinite(ReadOnlySpan<float> values)
    {
        if (!FiniteCheck.AllFinite(values))
            throw new ArgumentException($"Table '{Name}': the values to assign hold NaN or an infinity.", nameof(values));
    }
}
