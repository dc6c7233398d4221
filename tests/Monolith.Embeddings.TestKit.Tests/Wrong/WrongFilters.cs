using Monolith.Embeddings.Admission;

namespace Monolith.Embeddings.TestKit.Tests.Wrong;

internal static class WrongFilters
{
    private static int _instances;

    public static IEnumerable<(string Rule, PlugInContract Contract)> All =>
    [
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = "" })),
        ("The name is not empty and never changes", Contract(() => new Wrong { Text = $"{_instances++}" })),
        ("The same questions get the same answers", Contract(PerInstance)),
        ("Looking changes nothing", Contract(() => new CountsLooks())),
        ("Ids do not disturb each other", Contract(() => new Wrong { KeyOf = _ => 0 })),
        ("An id is not admitted before its explanation says so", Contract(() => new Wrong { Told = 4 })),
        ("An id is not admitted before its explanation says so", Contract(() => new Wrong { Told = 0 })),
        ("An id that was admitted starts again as new", Contract(() => new Wrong { Dropping = (_, _) => { } })),
        ("An id whose row could not be made is admitted again", Contract(() => new Wrong { KeepsAdmitted = false })),
        ("A pending id takes no more memory", Contract(() => new Wrong { BytesPerQuestion = 8 })),
        ("Counts and bytes are never negative", Contract(() => new Wrong { BytesPerQuestion = -8 })),
        ("A cleared filter is as new", Contract(() => new Wrong { Clearing = _ => { } })),
        ("A cleared filter is as new", Contract(() => new Wrong { BytesPerQuestion = 8 })),
        ("A filter that forgets everything is as new", Contract(() => new Wrong { Forgetting = (_, _) => { } })),
        ("Ids seen later than a time are not forgotten", Contract(() => new Wrong { Forgetting = (pending, _) => pending.Clear() })),
        ("What was saved and loaded goes on as if it had not been", Contract(() => new Wrong { Saves = true })),
        ("Any count can be asked for", Contract(() => new Wrong { IsChecked = true })),
        ("A filter can be disposed of twice", Contract(() => new Wrong { DisposesOnce = true })),
    ];

    private static AdmissionFilterContract Contract(Func<AdmissionFilter> create) => new(create);

    private static Wrong PerInstance()
    {
        var offset = _instances++;
        return new Wrong { Threshold = 2 + offset % 2 };
    }

    /// <summary>Admits at the third occurrence, except for what it is told to do wrong.</summary>
    private sealed class Wrong : AdmissionFilter
    {
        private readonly Dictionary<long, (int Seen, uint Last)> _pending = [];
        private long _questions;
        private bool _disposed;

        public string Text { get; init; } = "wrong";

        public int Threshold { get; init; } = 3;

        public int Told { get; init; } = 3;

        public Func<long, long> KeyOf { get; init; } = id => id;

        public bool KeepsAdmitted { get; init; } = true;

        public bool Saves { get; init; }

        public Action<Dictionary<long, (int Seen, uint Last)>, long> Dropping { get; init; } = (pending, key) => pending.Remove(key);

        public bool IsChecked { get; init; }

        public bool DisposesOnce { get; init; }

        public int BytesPerQuestion { get; init; }

        public Action<Dictionary<long, (int Seen, uint Last)>> Clearing { get; init; } = pending => pending.Clear();

        public Action<Dictionary<long, (int Seen, uint Last)>, uint> Forgetting { get; init; } = (pending, time) =>
        {
            foreach (var (id, entry) in pending)
            {
                if (entry.Last <= time) pending.Remove(id);
            }
        };

        public override string Name => Text;

        public override long PendingCount => _pending.Count;

        public override long Bytes => _questions * BytesPerQuestion;

        public override bool IsPending(long id) => _pending.ContainsKey(KeyOf(id));

        public override bool Admit(in AdmissionRequest request)
        {
            _questions++;
            var key = KeyOf(request.Id);
            var (seen, last) = _pending.GetValueOrDefault(key);
            seen = IsChecked ? checked(seen + request.Count + 1) - 1 : (int)Math.Min(int.MaxValue, (long)seen + request.Count);
            if (seen >= Threshold && !KeepsAdmitted) return _pending.Remove(key) || true;
            _pending[key] = (seen, Math.Max(last, request.EventTime.InSeconds()));
            return seen >= Threshold;
        }

        public override AdmissionProgress? Explain(long id) =>
            new AdmissionProgress { Occurrences = _pending.GetValueOrDefault(KeyOf(id)).Seen, Threshold = Told };

        public override void Forget(DateTimeOffset eventTime) => Forgetting(_pending, eventTime.InSeconds());

        public override void Clear() => Clearing(_pending);

        public override void Drop(long id) => Dropping(_pending, KeyOf(id));

        public override void Save(AdmissionStateWriter writer)
        {
            if (Saves) writer.Write(0, [1]);
        }

        public override void Load(ulong mixedId, ReadOnlySpan<byte> record)
        {
        }

        protected override void Dispose(bool disposing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _disposed = DisposesOnce;
            base.Dispose(disposing);
        }
    }

    private sealed class CountsLooks : AdmissionFilter
    {
        private int _looks;

        public override string Name => "wrong";

        public override bool Admit(in AdmissionRequest request) => _looks > 0;

        public override AdmissionProgress? Explain(long id) => new AdmissionProgress { Occurrences = _looks++, Threshold = 1 };
    }
}
