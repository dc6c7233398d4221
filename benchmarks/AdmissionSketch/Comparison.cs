using Measuring;
using Monolith.Embeddings.Admission;

namespace AdmissionSketch;

/// <summary>
/// Asks a filter about a stream and compares its answers with true counts. An id that was admitted has its row, and is never asked about
/// again.
/// </summary>
internal static class Comparison
{
    private const int BatchIds = 65_536;

    public static Outcome Run(AdmissionFilter filter, ZipfRanks ranks, long occurrences, int threshold)
    {
        var random = new Random(1);
        var seen = new int[ranks.Count + 1];
        var isAdmitted = new bool[ranks.Count + 1];
        var (batch, asked, answers) = (new AdmissionRequest[BatchIds], new int[BatchIds], new bool[BatchIds]);
        long admitted = 0, early = 0, late = 0;
        var times = new List<double>();
        for (var done = 0L; done < occurrences;)
        {
            // Ids with a row are left out: the table does not ask about them.
            var count = 0;
            for (var i = 0; i < BatchIds && done < occurrences; i++, done++)
            {
                var rank = ranks.Next(random);
                if (isAdmitted[rank]) seen[rank]++;
                else (asked[count], batch[count++]) = (rank, Request(rank, done));
            }
            var start = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < count; i++)
            {
                // What the table does: an admitted id is dropped, and found by its row from then on.
                if (isAdmitted[asked[i]]) continue;
                answers[i] = filter.Admit(in batch[i]);
                if (!answers[i]) continue;
                filter.Drop(batch[i].Id);
                isAdmitted[asked[i]] = true;
            }
            times.Add((Environment.CpuUsage.TotalTime - start).TotalNanoseconds / Math.Max(1, count));
            for (var i = 0; i < count; i++)
            {
                var rank = asked[i];
                seen[rank]++;
                if (!answers[i]) continue;
                answers[i] = false;
                admitted++;
                early += seen[rank] < threshold ? 1 : 0;
                late += seen[rank] > threshold ? 1 : 0;
            }
        }
        long deserving = 0, undeserving = 0, missed = 0;
        for (var rank = 1; rank <= ranks.Count; rank++)
        {
            var isDeserving = seen[rank] >= threshold;
            deserving += isDeserving ? 1 : 0;
            missed += isDeserving && !isAdmitted[rank] ? 1 : 0;
            undeserving += !isDeserving && isAdmitted[rank] ? 1 : 0;
        }
        return new Outcome(filter.Bytes, deserving, admitted, early, undeserving, late, missed, Median(times));
    }

    private static AdmissionRequest Request(int rank, long done)
    {
        var id = ScatteredIds.Of(rank);
        return new AdmissionRequest
        {
            Id = id,
            MixedId = AdmissionContext.MixedId(id),
            Count = 1,
            EventTime = DateTimeOffset.FromUnixTimeSeconds(done / 1000),
            Step = 0,
        };
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
