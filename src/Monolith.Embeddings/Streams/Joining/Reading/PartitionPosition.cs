using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Streams.Joining.Reading;

/// <summary>Where a partition goes on.</summary>
/// <param name="Name">The partition.</param>
/// <param name="Place">Where to read on: everything before is processed, or dropped.</param>
/// <param name="Through">
/// How many records must be read until it is decided again what becomes of all that are processed: some between the place and there are.
/// </param>
/// <param name="First">
/// The first time, as the others' starts were compared with it; <see cref="long.MinValue"/> where there was none.
/// </param>
internal readonly record struct PartitionPosition(string Name, PartitionPlace Place, long Through, long First)
{
    /// <summary>The longest name of a partition.</summary>
    public const int MaxNameBytes = 200;

    /// <summary>The start of a partition.</summary>
    public static PartitionPosition Start(string name) => new(name, PartitionPlace.Start, 0, long.MinValue);

    public static PartitionPosition Read(ref FieldReader fields)
    {
        var before = ReadFirstForm(ref fields);
        var place = before.Place with { Era = fields.Int64(), Leap = fields.Int64(), Floor = fields.Int64() };
        return before with { Place = place, First = fields.Int64() };
    }

    /// <summary>Reads one of the first form, which knew nothing of times that are wrong.</summary>
    public static PartitionPosition ReadFirstForm(ref FieldReader fields)
    {
        var name = fields.Text(MaxNameBytes);
        var log = new LogPosition(fields.Text(LogPosition.MaxLogBytes), fields.Int64(), fields.Int64());
        var (number, greatest, late, farAhead) = (fields.Int64(), fields.Int64(), fields.Int64(), fields.Int64());
        var place = PartitionPlace.Start with
        {
            Log = log,
            Number = number,
            Greatest = greatest,
            Late = late,
            FarAhead = farAhead,
            Era = greatest,
        };
        return new PartitionPosition(name, place, fields.Int64(), long.MinValue);
    }

    public static void Write(FieldWriter fields, PartitionPosition position)
    {
        var place = position.Place;
        fields.Text(position.Name, MaxNameBytes);
        fields.Text(place.Log.Log, LogPosition.MaxLogBytes);
        foreach (var number in (ReadOnlySpan<long>)
            [
                place.Log.Offset, place.Log.Tie, place.Number, place.Greatest, place.Late, place.FarAhead, position.Through,
                place.Era, place.Leap, place.Floor, position.First,
            ])
        {
            fields.Int64(number);
        }
    }
}
