// A volunteer in a process of its own.
import { serve } from '../bench/mesh/serve.ts'
import { worker } from './worker.ts'

serve(worker())
