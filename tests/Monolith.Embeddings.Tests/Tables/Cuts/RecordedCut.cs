using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tables.Cuts;
using Monolith.Embeddings.Tables.Stripes;

namespace Monolith.Embeddings.Tests.Tables.Cuts;

/// <summary>Notes what the filters of a set give at a cut.</summary>
internal sealed class RecordedCut(EmbeddingTableSet set) : CutTarget
{
    private readonly List<Lane> _lanes = [];

    /// <summary>What came so far, stripe by stripe.</summary>
    public AdmissionRecord[] FilterRecords => [.. _lanes.SelectMany(lane => lane.Records)];

    /// <summary>The stripes that gave what their filters remember, all or a part of it.</summary>
    public int[] StripesWithFilter => [.. Enumerable.Range(0, _lanes.Count).Where(stripe => _lanes[stripe].HasFilter)];

    public override IReadOnlyList<CutLane> LanesOf(int table)
    {
        _lanes.AddRange(Enumerable.Range(0, set.Tables[table].StripeCount).Select(_ => new Lane()));
        return [.. _lanes];
    }

    public override void Begin(TableCut cut)
    {
    }

    private sealed class Lane : CutLane
    {
        private bool _isInFilter;

        public bool HasFilter { get; private set; }

        public List<AdmissionRecord> Records { get; } = [];

        public override void Write(ulong mixedId, ReadOnlySpan<byte> record)
        {
            Assert.That(_isInFilter, "a record outside of the filter's beginning and end");
            Records.Add(new AdmissionRecord(mixedId, record.ToArray()));
        }

        public override void AddRow(Row row)
        {
        }

        public override void AddRemoval(long id)
        {
        }

        public override void BeginFilter() => _isInFilter = HasFilter = true;

        public override void EndFilter() => _isInFilter = false;

        public override void Fail(Exception cause) => Assert.Fail(cause.ToString());

        public override void Complete() => Assert.That(_isInFilter, Is.False, "the stripe is complete, and its filter is not");
    }
}
