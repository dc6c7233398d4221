namespace Monolith.Embeddings.Admission.Counting;

/// <summary>
/// When counts are halved: at every whole multiple of a number of seconds of event time, or of steps; never where both are 0. Between two
/// halvings counting is exact, so that the N-th occurrence within one half-life always admits.
/// </summary>
/// <param name="Seconds">Seconds of event time; 0 where steps count.</param>
/// <param name="Steps">Steps; 0 where time counts.</param>
internal readonly record struct HalfLife(uint Seconds, long Steps)
{
    // A count has 31 bits.
    public const int MostHalvings = 31;

    public bool IsNone => Seconds == 0 && Steps == 0;

    /// <summary>How many halvings lie before a request; 0 without a half-life.</summary>
    public uint PeriodOf(in AdmissionRequest request)
    {
        if (Seconds > 0) return request.EventSeconds / Seconds;
        return Steps > 0 ? (uint)Math.Clamp(request.Step / Steps, 0, uint.MaxValue) : 0;
    }

    /// <summary>What is left of a count; late requests find it as it was.</summary>
    public static int Decayed(int count, uint from, uint to) =>
        to <= from ? count : to - from >= MostHalvings ? 0 : count >> (int)(to - from);
}
